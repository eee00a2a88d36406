"""CLP-Transfer: a new piece is the mean of the shared pieces, weighed by a helper model's similarities.

Source: Ostendorff and Rehm 2023, "Efficient Language Model Training through Cross-Lingual and Progressive
Transfer Learning", section 3.1, https://arxiv.org/abs/2301.09626
"""

import numpy as np
from scipy import sparse

from calque.errors import BadSetting
from calque.maths.neighbors import nearest, tiles
from calque.roles import mixer
from calque.values import Mixture, Space, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.placed import placed, spread
from calque.vocabulary.rows import mixed, shared

_ROWS = 256  # of the grid at a time
_LEAST = 1e-30  # a cosine of which a share is still no 0


@mixer(paper="clp-transfer")
def clp(
    old: Vocabulary,
    new: Vocabulary,
    new_vectors: Space,
    *,
    anchors: int | None = None,
) -> Mixture:
    """Copy the pieces that both vocabularies share and weigh these for each other one by plain cosine.

    Cosines below 0 have no weight: the authors' code gives them negative ones, so that a row may be
    far from all that it is made of, or divided by a sum near 0. Where none is negative, rows are equal.
    Special pieces go by their role and are no anchors.

    new_vectors: [n, d] named by pieces of `new`: the input rows of a small model of the target
                 language that has this vocabulary (`models.piece_rows`)
    anchors:     nearest shared pieces that a row is made of; None for all, as in the paper. A row of all
                 is close to the mean of all, and takes 8 bytes for each anchor at a cosine above 0
    """
    if anchors is not None and anchors < 1:
        raise BadSetting(f"vocabulary.clp: anchors must be at least 1, got {anchors}")
    origins = shared(old, new)
    rows, vectors = placed(new_vectors, new, "vocabulary.clp")
    known = origins[rows] >= 0
    queries, keys = vectors[~known], vectors[known]
    if anchors is None:
        return _of_all(old, new, origins, rows[~known], queries, origins[rows[known]], keys)
    cosines = nearest(queries, keys, anchors)
    np.maximum(cosines.data, 0, out=cosines.data)
    cosines.eliminate_zeros()
    near = spread(cosines, rows[~known], origins[rows[known]], (len(new), len(old)))
    return mixed(with_copies(near, origins), old, new)


def _of_all(
    old: Vocabulary,
    new: Vocabulary,
    origins: np.ndarray,
    rows: np.ndarray,
    queries: np.ndarray,
    columns: np.ndarray,
    keys: np.ndarray,
) -> Mixture:
    """Copies by `origins`, and the new `rows` made of all `columns`: cells are written where they stay.

    A large vocabulary has hundreds of millions of them, so there is one array of each kind, and what
    is worked out first is how long they are.
    """
    origins = origins.copy()
    for row, column in new.special_from(old).items():
        origins[row] = -1 if column is None else column
    order = np.argsort(columns, kind="stable")
    keys, columns = keys[order], columns[order].astype(np.int32)
    sizes = (origins >= 0).astype(np.int64)
    for part in tiles(len(rows), _ROWS):
        sizes[rows[part]] = (queries[part] @ keys.T > _LEAST).sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(starts[-1], dtype=np.float32)
    indices = np.empty(starts[-1], dtype=np.int32)
    copied = np.flatnonzero(origins >= 0)
    data[starts[copied]], indices[starts[copied]] = 1, origins[copied]
    for part in tiles(len(rows), _ROWS):
        weights = queries[part] @ keys.T
        weights[weights <= _LEAST] = 0
        sums = weights.sum(axis=1, dtype=np.float64, keepdims=True)
        weights /= np.where(sums > 0, sums, 1).astype(np.float32)
        for row, own in zip(rows[part].tolist(), weights, strict=True):
            cells = slice(starts[row], starts[row + 1])
            where = np.flatnonzero(own)
            data[cells], indices[cells] = own[where], columns[where]
    shape = (len(new), len(old))
    return Mixture(sparse.csr_matrix((data, indices, starts), shape), new.pieces, old.pieces)
