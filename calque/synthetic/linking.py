"""Gold word links between two realizations of the same meanings."""

from itertools import pairwise

import numpy as np

from calque.synthetic.grammar import UNIT, Grammar
from calque.synthetic.meanings import ROLES
from calque.synthetic.sentences import Sentences
from calque.values.links import Links


def link(source: Sentences, target: Sentences) -> list[Links]:
    """Links of every text.

    Words of the same unit are linked surely. A function word whose meaning the other language puts
    into a suffix is linked, as possible, to the word that carries it. Articles that the other
    language lacks stay null.
    """
    rows, one, other, sure = _same_unit(source, target)
    for left, right, swap in ((source, target, False), (target, source, True)):
        more, here, there = _carried(left, right)
        rows = np.concatenate([rows, more])
        one = np.concatenate([one, there if swap else here])
        other = np.concatenate([other, here if swap else there])
        sure = np.concatenate([sure, np.zeros(len(more), bool)])
    text = rows // source.group
    order = np.lexsort((other, one, text))
    pairs, sure, text = np.stack([one, other], axis=1)[order], sure[order], text[order]
    ends = np.searchsorted(text, np.arange(len(source) + 1)).tolist()
    m, n = np.diff(source.bounds).tolist(), np.diff(target.bounds).tolist()
    return [
        Links(pairs[start:end], (m[i], n[i]), sure=sure[start:end])
        for i, (start, end) in enumerate(pairwise(ends))
    ]


def _same_unit(source: Sentences, target: Sentences) -> tuple[np.ndarray, ...]:
    both = (source.concepts >= 0) & (target.concepts >= 0) & ~source.loose & ~target.loose
    rows, units = np.nonzero(both)
    one, other = source.positions[rows, units], target.positions[rows, units]
    return rows, one, other, np.ones(len(rows), bool)


def _carried(left: Sentences, right: Sentences) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words of the left that the right has as a suffix: clause, position, position of the carrier."""
    found: list[tuple[np.ndarray, ...]] = []
    for unit, carriers in _suffixed(right.language.grammar):
        rows = np.flatnonzero(left.concepts[:, unit] >= 0)
        place = np.full(len(rows), -1)
        for carrier in carriers:
            concept = right.concepts[rows, carrier]
            # a form that is not the bare one carries the suffix; a loan has none
            bears = (concept >= 0) & (right.features[rows, carrier] > 0)
            bears &= ~right.language.loan[concept] & ~right.loose[rows, carrier]
            place = np.where(bears, right.positions[rows, carrier], place)
        rows, place = rows[place >= 0], place[place >= 0]
        found.append((rows, left.positions[rows, unit], place))
    empty = np.zeros(0, int)
    columns = zip(*found, strict=True) if found else ((), (), ())
    rows, here, there = (np.concatenate([empty, *column]) for column in columns)
    return rows, here, there


def _suffixed(grammar: Grammar) -> list[tuple[int, list[int]]]:
    """Units that the grammar puts into a suffix, each with the units that may carry it."""
    units = []
    if not grammar.auxiliaries:
        units.append((UNIT["auxiliary"], [UNIT["verb"]]))
    if not grammar.adpositions:
        units.append((UNIT["negation"], [UNIT["verb"]]))
        for role in ROLES:
            nouns = [UNIT[f"{role}.noun"], UNIT[f"{role}.second"]]
            units.append((UNIT[f"{role}.adposition"], nouns))
    return units
