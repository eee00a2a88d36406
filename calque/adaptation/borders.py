"""How alike languages lie in a model's states, and how alike the borders between their classes.

Source: Tu, Xiong and Zhou 2022, "Prompt-Tuning Can Be Much Better Than Fine-Tuning on Cross-lingual Understanding With
Multilingual Language Models", section 5, https://aclanthology.org/2022.findings-emnlp.401
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from calque.adaptation.bordering import sides
from calque.maths.borders import apart, border, decided, likeness
from calque.roles import part
from calque.values import Table


@part(paper="prompt-tuning-xlu")
def borders(
    states: Sequence[Any], gold: Sequence[Sequence[Any]], languages: Sequence[str]
) -> Table:
    """Fit a linear border between the classes of each language, and compare it with that of the first.

    A row for each language, the source too. Borders are fitted on every other state of a class and judged on the rest:
    `own` is the share of these on the right side of the language's own border, `source` of the source's,
    `agree` the share on which both decide alike; `cosine` is how alike the borders lie (1 for the same
    directions), `apart` how far a class's center is from that of the source, in distances between classes of the
    source. Words of one sentence may fall on both sides of the split.

    states:    of each language, the source first: [n, d] of its examples (`models.sentences`), or [m, d] of the
               words of each (`models.words`)
    gold:      the labels, or tags, of each (`data.labels`); labels that the source lacks are left out
    languages: their names
    """
    found, names = sides(states, gold, languages, "adaptation.borders")
    k, source = len(names), found[0]
    learned = _every_other(source.classes)
    first = border(source.states[learned], source.classes[learned], k)
    rows = []
    for side in found:
        learned = _every_other(side.classes)
        own = border(side.states[learned], side.classes[learned], k)
        points, classes = side.states[~learned], side.classes[~learned]
        by_own, by_source = decided(points, *own), decided(points, *first)
        rows.append(
            {
                "language": side.language,
                "states": len(side.states),
                "own": float((by_own == classes).mean()),
                "source": float((by_source == classes).mean()),
                "agree": float((by_own == by_source).mean()),
                "cosine": likeness(own[0], first[0]),
                "apart": apart(source.states, source.classes, side.states, side.classes, k),
            }
        )
    return Table(tuple(rows))


def _every_other(classes: np.ndarray) -> np.ndarray:
    """[n] whether a state is the first, third, … of its class: labels that take turns fall on both sides."""
    kept = np.zeros(len(classes), dtype=bool)
    for one in np.unique(classes):
        kept[np.flatnonzero(classes == one)[::2]] = True
    return kept
