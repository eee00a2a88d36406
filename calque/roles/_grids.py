"""What the roles that take a grid of similarities share: an example, and a law.

Apart from `base`, which must load without numpy: listing parts is quick.
"""

import numpy as np

from calque.errors import BadValue


def grid_example(seed: int) -> tuple[np.ndarray]:
    """A grid of distinct numbers in [-1, 1], at most nine words a side: for roles that take similarities."""
    generator = np.random.default_rng(seed)
    m, n = generator.integers(1, 10, size=2)
    return (generator.uniform(-1, 1, (m, n)),)


def refuses_what_is_not_finite(part, similarity):
    """A cell that is not a number is an error that says where."""
    for wrong in (np.nan, np.inf):
        spoiled = similarity.copy()
        spoiled[-1, 0] = wrong
        try:
            part(spoiled)
        except BadValue as error:
            assert f"({len(spoiled) - 1}, 0)" in str(error)
        else:
            raise AssertionError(f"{wrong} was taken for a similarity")
