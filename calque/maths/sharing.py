"""What several parties have in common, cell by cell."""

import numpy as np


def shared_frequency(counts: np.ndarray) -> np.ndarray:
    """[L, t] how much of each count one other row has too: the lesser of it and the most of the others.

    counts: [L, t] not negative. 0 everywhere where there is one row only
    """
    if len(counts) < 2:
        return np.zeros_like(counts)
    ordered = np.sort(counts, axis=0)
    greatest, second = ordered[-1], ordered[-2]
    # a row that holds the greatest count faces the second one, which is as great where two hold it
    return np.where(counts == greatest, second, np.minimum(counts, greatest))
