"""Search for translations that hold given phrases.

Hypotheses are kept apart by how many pieces of phrases they hold, so that one that has said a rare phrase does not
compete with those that have not yet: Hokamp and Liu 2017, "Lexically Constrained Decoding for Sequence
Generation Using Grid Beam Search", https://arxiv.org/abs/1704.07138
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

Pieces = tuple[int, ...]
# log probability [h, t] of every next piece, of hypotheses given as (text, pieces written)
Chances = Callable[[Sequence[tuple[int, Pieces]]], np.ndarray]


@dataclass(frozen=True)
class Written:
    """The likeliest translation found, without its end.

    score: its log probability (nats), the end included; ended: False where it was cut off
    """

    pieces: Pieces
    score: float
    ended: bool = True


@dataclass(frozen=True)
class _Hypothesis:
    """What is written, how likely that is, which phrases it still lacks, and what is left of one that is begun."""

    pieces: Pieces
    score: float
    lacks: tuple[Pieces, ...]
    rest: Pieces = ()

    @property
    def state(self) -> tuple[Pieces, tuple[Pieces, ...], Pieces]:
        return self.pieces, self.lacks, self.rest

    def missing(self) -> int:
        """Pieces of phrases that are still to be written."""
        return len(self.rest) + sum(map(len, self.lacks))


@dataclass
class _Search:
    """Of one text: hypotheses that go on, by pieces missing, and the best that has ended."""

    alive: list[_Hypothesis]
    most: int
    best: Written | None = None
    steps: int = field(default=0)

    @property
    def over(self) -> bool:
        """Whether nothing that goes on can become likelier than what has ended."""
        top = max((one.score for one in self.alive), default=-np.inf)
        return not self.alive or (self.best is not None and self.best.score >= top)


def search(
    phrases: Sequence[Sequence[Pieces]], most: Sequence[int], chances: Chances, end: int, beams: int
) -> list[Written | None]:
    """The likeliest translation of each text that holds all phrases, none within another.

    None where they do not fit; where none has found its end, the likeliest is cut off.
    With as many beams as there are hypotheses this is the likeliest of all, else the likeliest that was seen.

    phrases: pieces of each phrase of each text; most: pieces of each translation at most, the end included
    chances: minus infinity for a piece that is never written
    beams:   hypotheses kept for each number of pieces of phrases
    """
    searches = [
        _Search([_Hypothesis((), 0.0, tuple(sorted(own)))], limit)
        for own, limit in zip(phrases, most, strict=True)
    ]
    while True:
        going = [k for k, one in enumerate(searches) if not one.over and one.steps < one.most]
        if not going:
            return [one.best or _cut_off(one) for one in searches]
        asked = [(k, h.pieces) for k in going for h in searches[k].alive]
        rows = iter(chances(asked))
        for k in going:
            one = searches[k]
            _step(one, [next(rows) for _ in one.alive], end, beams)
            one.steps += 1


def _cut_off(one: _Search) -> Written | None:
    whole = [h for h in one.alive if not h.missing()]
    if not whole:
        return None
    best = max(whole, key=lambda h: h.score)
    return Written(best.pieces, best.score, ended=False)


def _step(one: _Search, rows: Sequence[np.ndarray], end: int, beams: int) -> None:
    """Go a piece further, and keep the likeliest of each number of missing pieces."""
    cells: dict[int, dict[tuple, _Hypothesis]] = {}
    ended: list[tuple[int, _Hypothesis]] = []
    for before, row in zip(one.alive, rows, strict=True):
        for made in _next(before, row, end, beams):
            cells.setdefault(made.missing(), {}).setdefault(made.state, made)
    one.alive = []
    for missing, cell in cells.items():
        kept = sorted(cell.values(), key=lambda h: (-h.score, h.pieces))[:beams]
        ended += [(missing, h) for h in kept if h.pieces[-1] == end]
        one.alive += [h for h in kept if h.pieces[-1] != end]
    for _, hypothesis in ended:
        if one.best is None or hypothesis.score > one.best.score:
            one.best = Written(hypothesis.pieces[:-1], hypothesis.score)


def _next(before: _Hypothesis, row: np.ndarray, end: int, beams: int) -> Iterator[_Hypothesis]:
    """A hypothesis with a piece more: the next of a begun phrase, the first of another, or any at all."""

    def longer(piece: int, lacks: tuple[Pieces, ...], rest: Pieces) -> _Hypothesis:
        return _Hypothesis((*before.pieces, piece), before.score + float(row[piece]), lacks, rest)

    if before.rest:
        yield longer(before.rest[0], before.lacks, before.rest[1:])
        return
    for phrase in dict.fromkeys(before.lacks):
        place = before.lacks.index(phrase)
        others = before.lacks[:place] + before.lacks[place + 1 :]
        yield longer(phrase[0], others, phrase[1:])
    if before.lacks:
        row = row.copy()
        row[end] = -np.inf
    for piece in np.argsort(-row, kind="stable")[:beams].tolist():
        if np.isfinite(row[piece]):
            yield longer(piece, before.lacks, ())
