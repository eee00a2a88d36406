"""Figures of predicted links against sure and possible ones, from how many there are of each.

Counts stand in the last axis, in the order of `COUNTED`: predicted |A|, sure |S|, predicted and sure
|A∩S|, predicted and possible |A∩P|. Sure links are possible too. Sums come before any quotient, and
nothing is rounded between.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5
"""

from collections.abc import Callable

import numpy as np

COUNTED = ("predicted", "sure", "right_sure", "right_possible")


def precision(sums: np.ndarray) -> np.ndarray:
    """|A∩P| / |A|; 0 where nothing is predicted."""
    made, _, _, possible = np.moveaxis(np.asarray(sums, dtype=float), -1, 0)
    return _ratio(possible, made)


def recall(sums: np.ndarray) -> np.ndarray:
    """|A∩S| / |S|; 0 where nothing is sure."""
    _, gold, sure, _ = np.moveaxis(np.asarray(sums, dtype=float), -1, 0)
    return _ratio(sure, gold)


def f1(sums: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision on possible links and recall of sure ones."""
    p, r = precision(sums), recall(sums)
    return _ratio(2 * p * r, p + r)


def aer(sums: np.ndarray) -> np.ndarray:
    """1 - (|A∩S| + |A∩P|) / (|A| + |S|); 1 where nothing is predicted and nothing sure."""
    made, gold, sure, possible = np.moveaxis(np.asarray(sums, dtype=float), -1, 0)
    return 1 - _ratio(sure + possible, made + gold)


FIGURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "aer": aer,
    "link_precision": precision,
    "link_recall": recall,
    "link_f1": f1,
}


def undefined(figure: str, sums: np.ndarray) -> bool:
    """Whether sums [4] leave the figure without meaning: nothing to divide by.

    Nothing predicted is not among it, where something should have been: it has precision 0.
    """
    made, gold = int(sums[0]), int(sums[1])
    return made + gold == 0 if figure in ("aer", "link_precision") else gold == 0


def _ratio(above, below):
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)
