"""A bitext for the training of aligners: pieces of both sides, and gold links where there are any."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.models.batches import Windows, aligned, collate, encode
from calque.models.pairs import words_of_sides
from calque.values import Bitext, Links

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Paired:
    """Sentence pairs of which both sides have pieces.

    source, target: a window per sentence pair of the bitext
    rows:  [p] pairs of which both sides have pieces
    links: of every pair; None where there are none
    """

    source: Windows
    target: Windows
    rows: np.ndarray
    links: Sequence[Links] | None

    @property
    def lengths(self) -> np.ndarray:
        """[p] pieces of both sides of each pair of `rows`."""
        return (self.source.lengths + self.target.lengths)[self.rows]

    def batch(self, rows: np.ndarray) -> dict[str, Any]:
        """Both sides as `collate` gives them, the word of each piece, and the links' grid if any.

        rows: positions in the bitext
        """
        made: dict[str, Any] = {}
        for name, windows in (("source", self.source), ("target", self.target)):
            made[name] = collate(windows, rows)
            made[f"{name}_words"] = aligned(windows, rows, windows.words, fill=-1)
        if self.links is not None:
            sizes = (int(made[f"{side}_words"].max()) + 1 for side in ("source", "target"))
            made["links"] = _grids([self.links[row] for row in rows], *sizes)
        return made

    def pieces(self, side: str, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and words of the ordinary pieces of one sentence."""
        windows: Windows = getattr(self, side)
        ordinary = windows.words[row] >= 0
        return windows.ids[row][ordinary], windows.words[row][ordinary]


def paired(
    tokenizer: Any,
    bitext: Bitext,
    links: Sequence[Links] | None,
    *,
    maximum: int,
    where: str,
) -> Paired:
    """Cut both sides into pieces; BadValue where no pair can be learned from or the links do not fit.

    maximum: most pieces of a sentence; a longer one loses its end, counted in a warning
    where:   the part that asks, named in errors and in the log
    """
    sides = words_of_sides(bitext)
    if links is not None:
        check_links(links, sides, where)
    source, target = (
        encode(tokenizer, side, maximum=maximum, windows=False, report=False) for side in sides
    )
    full = [
        bool((x >= 0).any() and (y >= 0).any())
        for x, y in zip(source.words, target.words, strict=True)
    ]
    rows = np.flatnonzero(full)
    if not len(rows):
        raise BadValue(f"{where}: no sentence pair has pieces on both sides")
    if len(rows) < len(full):
        log.warning("%s: %d pairs have an empty side", where, len(full) - len(rows))
    return Paired(source, target, rows, links)


def check_above(above: float, where: str) -> None:
    """BadSetting for a threshold of probabilities that would link everything or nothing."""
    if not 0 <= above < 1:
        raise BadSetting(f"{where}: above must lie in [0, 1), got {above}")


def check_links(links: Sequence[Links], sides: list[list[list[str]]], where: str) -> None:
    """BadValue unless there are links for each pair, of its size."""
    sizes = [(len(x), len(y)) for x, y in zip(*sides, strict=True)]
    if len(links) != len(sizes):
        raise BadValue(f"{where}: {len(sizes)} sentence pairs need as many links, got {len(links)}")
    for row, (one, size) in enumerate(zip(links, sizes, strict=True)):
        if one.size != size:
            raise BadValue(
                f"{where}: links of pair {row} lie on {one.size}, its words are {size}; were both "
                "cut into the same words?"
            )


def _grids(links: Sequence[Links], m: int, n: int) -> torch.Tensor:
    """[b, m, n] 1 where linked, sure or possible; links of words beyond are left out."""
    grids = np.zeros((len(links), m, n), dtype=np.float32)
    for grid, one in zip(grids, links, strict=True):
        pairs = one.pairs[(one.pairs[:, 0] < m) & (one.pairs[:, 1] < n)]
        grid[pairs[:, 0], pairs[:, 1]] = 1
    return torch.from_numpy(grids)
