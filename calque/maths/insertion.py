"""The best places for an opening and a closing mark in a sequence, under a model of sequences.

Source: Le et al. 2024, "Constrained Decoding for Cross-lingual Label Projection", section 3,
https://arxiv.org/abs/2402.03131: branch and bound over where to open and where to close
"""

import heapq
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np


class Insertion(NamedTuple):
    """Marks around the elements [start, end), and the log probability of all with them, the end included."""

    start: int
    end: int
    score: float


class Decoder(Protocol):
    """What a model thinks of a sequence of n elements and an end, as log probabilities."""

    def opened(self, starts: Sequence[int]) -> list[np.ndarray]:
        """Per start [n - start + 1, 2] of each element from there on, and of a closing mark in its place.

        All behind an opening mark before `start`, without a closing one.
        """
        ...

    def closed(self, starts: Sequence[int], end: int) -> list[np.ndarray]:
        """Per start [n - end + 1] of each element behind the closing mark, which stands before `end`.

        Only for starts that were `opened` in the latest call.
        """
        ...


def best_insertions(
    plain: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    decoder: Decoder,
    *,
    best: int = 1,
    ahead: int | None = None,
    size: int = 16,
) -> list[Insertion]:
    """Find the likeliest insertions of both marks around at least one element, likeliest first.

    Branches are a place to open, then one to close; a branch is dropped where its log probability so far, which
    what follows can only lower, is no higher than that of the `best`-th insertion known. Branches that
    would be best if what follows were as likely as without marks are followed first, to the end.

    plain:  [n + 1, 2] log probabilities of the elements and the end without marks, and of an opening mark
            in the place of each
    starts: places where the opening mark may stand, in [0, n)
    ends:   places before which the closing mark may stand, in (0, n]
    ahead:  None finds the best ones, as all insertions would; else a branch must also be likelier than that
            known insertion was `ahead` elements further on: less to look at, and the best may be missed
    size:   most places to open that are followed at once
    """
    n = len(plain) - 1
    before = np.append(0, np.cumsum(plain[:, 0]))  # of what stands before each element
    rest = before[-1] - before
    known: list[tuple[float, int, int]] = []  # a heap, the unlikeliest first
    paths: dict[tuple[int, int], np.ndarray] = {}

    def bound(length: int) -> float:
        if len(known) < best:
            return -np.inf
        score, *places = known[0]
        if ahead is None:
            return score
        path = paths[places[0], places[1]]
        return float(path[min(length + ahead, len(path) - 1)])

    opening = before[starts] + plain[starts, 1]
    order = np.argsort(-(opening + rest[starts]), kind="stable")
    while len(order):
        some = [int(k) for k in order[:size] if opening[k] > bound(int(starts[k]))]
        order = order[size:]
        if not some:
            continue
        inside = dict(
            zip(starts[some].tolist(), decoder.opened(starts[some].tolist()), strict=True)
        )
        branches = _branches(starts[some], opening[some], inside, ends)
        live = np.argsort(-(branches[:, 2] + rest[branches[:, 1].astype(int)]), kind="stable")
        while len(live):
            reached = (
                [bound(int(end) + 1) for end in branches[live, 1]]
                if ahead is not None
                else bound(n)
            )
            live = live[branches[live, 2] > reached]
            if not len(live):
                break
            end = int(branches[live[0], 1])
            now = live[branches[live, 1] == end]
            live = live[branches[live, 1] != end]
            own = branches[now, 0].astype(int).tolist()
            for start, score, logs in zip(
                own, branches[now, 2], decoder.closed(own, end), strict=True
            ):
                total = float(score + logs.sum())
                entry = (total, start, end)
                if len(known) < best or total > known[0][0]:
                    if ahead is not None:
                        paths[start, end] = _path(plain, inside[start], logs, start, end)
                    (heapq.heappush if len(known) < best else heapq.heappushpop)(known, entry)
    return [Insertion(start, end, score) for score, start, end in sorted(known, reverse=True)]


def _branches(
    starts: np.ndarray, opening: np.ndarray, inside: dict[int, np.ndarray], ends: np.ndarray
) -> np.ndarray:
    """[c, 3] start, end and log probability of everything up to the closing mark."""
    found = [np.zeros((0, 3))]
    for start, score in zip(starts.tolist(), opening.tolist(), strict=True):
        stop = ends[ends > start]
        logs = inside[start]
        upto = np.append(0, np.cumsum(logs[:, 0]))
        total = score + upto[stop - start] + logs[stop - start, 1]
        found.append(np.stack([np.full(len(stop), start), stop, total], axis=1))
    return np.concatenate(found)


def _path(
    plain: np.ndarray, inside: np.ndarray, closed: np.ndarray, start: int, end: int
) -> np.ndarray:
    """[n + 3] log probability of an insertion up to each of its elements, marks and end included."""
    between = inside[: end - start, 0]
    parts = [plain[:start, 0], plain[start, 1:], between, inside[end - start, 1:], closed]
    return np.cumsum(np.concatenate(parts))
