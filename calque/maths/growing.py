"""Growing a set of cells out of the cells that two sets share. All grids are booleans [m, n]."""

import numpy as np


def grow_diag(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """Cells in both, and those in either that touch an accepted one and lie in a free row or column.

    Touching is on one of eight sides. Sweeps row by row, with what is added counting at once, until
    a sweep adds nothing.
    """
    linked = forward & backward
    rows, columns = np.any(linked, axis=1), np.any(linked, axis=0)
    m, n = linked.shape
    near = np.zeros((m + 2, n + 2), dtype=bool)  # has an accepted neighbor; with a border
    for down in range(3):
        for right in range(3):
            near[down : down + m, right : right + n] |= linked
    waiting = np.argwhere((forward | backward) & ~linked).tolist()
    grew = True
    while grew:
        grew, left = False, []
        for i, j in waiting:
            if rows[i] and columns[j]:
                continue  # never free again
            if near[i + 1, j + 1]:
                linked[i, j] = rows[i] = columns[j] = grew = True
                near[i : i + 3, j : j + 3] = True
            else:
                left.append((i, j))
        waiting = left
    return linked


def grow_diag_final(forward: np.ndarray, backward: np.ndarray, *, both: bool) -> np.ndarray:
    """`grow_diag`, then further cells of `forward`, then of `backward`, in rows or columns still free.

    both: whether row and column must be free
    """
    linked = grow_diag(forward, backward)
    for cells in (forward, backward):
        linked = fill_free(linked, cells, both=both)
    return linked


def fill_free(linked: np.ndarray, cells: np.ndarray, *, both: bool) -> np.ndarray:
    """`linked` and, in row-major order, those `cells` whose row or column is still free.

    both: whether row and column must be free
    """
    linked = linked.copy()
    rows, columns = np.any(linked, axis=1), np.any(linked, axis=0)
    for i, j in np.argwhere(cells & ~linked).tolist():
        taken = (rows[i] or columns[j]) if both else (rows[i] and columns[j])
        if not taken:
            linked[i, j] = rows[i] = columns[j] = True
    return linked
