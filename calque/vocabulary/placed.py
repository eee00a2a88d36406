"""What mixers by vectors have in common: vectors of pieces put beside the ids of a vocabulary."""

import numpy as np
from scipy import sparse

from calque.errors import BadSetting, BadValue
from calque.maths.neighbors import unit
from calque.values import Space, Vocabulary


def placed(space: Space, vocabulary: Vocabulary, of: str) -> tuple[np.ndarray, np.ndarray]:
    """Ids [n], rising, of the pieces that have a vector other than zeros, and these at length 1 [n, d].

    Special pieces go by their role, whether it is named or not, and take no part. of: who asks, named in the error
    """
    places = {piece: k for k, piece in enumerate(vocabulary.pieces) if piece}
    found = np.array([places.get(name, -1) for name in space.names], dtype=int)
    if any(vocabulary.readings) and len(space) and (found < 0).all():
        raise BadValue(
            f"{of}: none of the {len(space)} vectors is named by a piece of the vocabulary; they are "
            f"named e.g. '{space.names[0]}', the pieces e.g. '{vocabulary.pieces[-1]}'"
        )
    reads = np.array([text != "" for text in vocabulary.readings])
    used = (found >= 0) & reads[found] & space.vectors.any(axis=1)
    rows = np.flatnonzero(used)[np.argsort(found[used])]
    return found[rows], unit(space.vectors[rows])


def spread(
    cells: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """[t, s] with the cells' row i at rows[i], which rise, and column j at columns[j]."""
    sizes = np.zeros(shape[0], dtype=np.int64)
    sizes[rows] = np.diff(cells.indptr)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_matrix((cells.data, columns[cells.indices], starts), shape=shape)


def softened(cosines: sparse.csr_matrix, temperature: float) -> sparse.csr_matrix:
    """Each row's softmax over the cells that it has."""
    sizes = np.diff(cosines.indptr)
    filled = np.flatnonzero(sizes)
    data = cosines.data.astype(np.float64)
    if len(filled):
        starts = cosines.indptr[filled]
        greatest = np.maximum.reduceat(data, starts)
        data = np.exp((data - np.repeat(greatest, sizes[filled])) / temperature)
        data /= np.repeat(np.add.reduceat(data, starts), sizes[filled])
    return sparse.csr_matrix((data, cosines.indices, cosines.indptr), shape=cosines.shape)


def check_search(of: str, neighbors: int, temperature: float) -> None:
    """BadSetting where no neighbor is asked for, or the temperature is not above 0."""
    if neighbors < 1 or not temperature > 0:
        raise BadSetting(
            f"{of}: needs neighbors ≥ 1 and temperature > 0, got {neighbors} and {temperature}"
        )


def check_widths(of: str, old: np.ndarray, new: np.ndarray) -> None:
    """BadValue where both sides lie in spaces of different width."""
    if old.shape[1] != new.shape[1]:
        raise BadValue(
            f"{of}: old vectors are {old.shape[1]} wide and new ones {new.shape[1]}; bring them into one "
            "space, for example by spaces.procrustes"
        )
