"""What makes a source word likely to explain the next target word, beside its translations.

Factors for sentence pairs that are walked side by side, place by place, while links are drawn.
"""

from typing import Protocol

import numpy as np

REACH = 50  # jumps farther than this share one weight per direction
FERTILITIES = 8  # 0 to 7 links; a source word takes no more


class Factor(Protocol):
    """One of the reasons; where it stands changes from place to place."""

    def weigh(self, j: int, old: np.ndarray, weight: np.ndarray) -> None:
        """Multiply the weights [b, 1 + w] at place j, whose links are the old ones [b] up to now."""
        ...

    def move(self, old: np.ndarray, new: np.ndarray) -> None:
        """Take note of the new links [b]."""
        ...


class Evenly:
    """Every source word is as likely beforehand; only null's share has to be kept."""

    def __init__(self, m: np.ndarray):
        self.m = m

    def weigh(self, j: int, old: np.ndarray, weight: np.ndarray) -> None:
        """Weigh null as if there were one source word."""
        weight[:, 0] *= self.m[: len(old)]

    def move(self, old: np.ndarray, new: np.ndarray) -> None:
        """Keep nothing."""


class Taken:
    """How likely each source word is to explain one more target word."""

    def __init__(self, growth: np.ndarray, fertility: np.ndarray):
        self.growth, self.fertility = growth, fertility
        chosen = np.minimum(fertility, FERTILITIES - 1)[:, :, None]
        self.rate = np.take_along_axis(growth, chosen, axis=2)[:, :, 0]
        self.rows = np.arange(len(fertility))

    def _change(self, links: np.ndarray, by: int) -> None:
        row = self.rows[: len(links)]
        self.fertility[row, links] += by
        often = np.minimum(self.fertility[row, links], FERTILITIES - 1)
        self.rate[row, links] = self.growth[row, links, often]

    def weigh(self, j: int, old: np.ndarray, weight: np.ndarray) -> None:
        """Each word as its type's fertilities tell, without its old link."""
        self._change(old, -1)
        weight *= self.rate[: len(old)]

    def move(self, old: np.ndarray, new: np.ndarray) -> None:
        """Count one link more."""
        self._change(new, 1)


class Order:
    """How likely each word's place is, given the linked source words before and behind."""

    def __init__(self, jumps: np.ndarray, links: np.ndarray, m: np.ndarray, width: int):
        places = np.arange(width + 1)
        self.chance = jumps[bins(places - places[:, None])]  # [from, to], up to behind the last
        self.back = np.ascontiguousarray(self.chance.T)
        self.before = np.zeros(len(m), dtype=np.int64)
        self.behind = 1 + m - last_linked((links[::-1] > 0) * (1 + m - links[::-1]))[0][::-1]

    def weigh(self, j: int, old: np.ndarray, weight: np.ndarray) -> None:
        """By the jumps from the last linked word and to the next, null by the one past it."""
        b, width = weight.shape
        before, behind = self.before[:b], self.behind[j, :b]
        passed = self.chance[before, behind]
        factor = self.chance[before, :width] * self.back[behind, :width]
        factor[:, 0] = passed
        weight *= factor

    def move(self, old: np.ndarray, new: np.ndarray) -> None:
        """Go on from the new links."""
        np.copyto(self.before[: len(new)], new, where=new > 0)


def bins(jump: np.ndarray) -> np.ndarray:
    """Where each jump is counted."""
    return np.clip(jump, -REACH, REACH) + REACH


def last_linked(links: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[l, b] the last linked source word before each place, 0 where there is none, and [b] the last of all."""
    place = np.where(links > 0, np.arange(1, 1 + len(links))[:, None], 0)
    place = np.maximum.accumulate(place, axis=0)
    ahead = np.concatenate([np.zeros_like(links[:1]), links])
    found = np.take_along_axis(ahead, place, axis=0)
    return np.concatenate([np.zeros_like(links[:1]), found[:-1]]), found[-1]


def fertilities(links: np.ndarray, width: int) -> np.ndarray:
    """[b, width] links per source word, the null word first."""
    b = links.shape[1]
    return np.bincount((links + np.arange(b) * width).ravel(), minlength=b * width).reshape(
        b, width
    )
