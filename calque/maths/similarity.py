"""The door for grids of similarities: what every rescaler and pairer checks before it works."""

import numpy as np

from calque.errors import BadValue


def checked(similarity: np.ndarray, of: str, *, unit: bool = False) -> np.ndarray:
    """The grid as float64 [m, n], finite; BadValue with the place of the first cell that is not.

    of:   who asks, named in the error
    unit: whether cells must also lie in [-1, 1], as cosines do; what rounding adds is cut off
    """
    grid = np.asarray(similarity)
    if grid.ndim != 2 or grid.dtype.kind not in "fiub":
        raise BadValue(
            f"{of}: similarity must be a grid [m, n] of real numbers, got {grid.dtype} {list(grid.shape)}"
        )
    grid = grid.astype(np.float64)  # a copy: what comes out never shares memory with what went in
    if not np.isfinite(grid).all():
        i, j = np.argwhere(~np.isfinite(grid))[0].tolist()
        raise BadValue(f"{of}: similarity ({i}, {j}) is {grid[i, j]}; all must be finite")
    if unit and grid.size:
        if max(grid.max(), -grid.min()) > 1 + _ROUNDING:
            raise BadValue(
                f"{of}: similarity must lie in [-1, 1], found {grid.min():.3g} to {grid.max():.3g}; "
                "rescale it first"
            )
        grid = grid.clip(-1, 1)
    return grid


_ROUNDING = 1e-4  # cosines of vectors in half precision are off by this much
