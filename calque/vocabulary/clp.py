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
                 is close to the mean of all, and rows of 20,000 anchors take 12 bytes for each of them
    """
    if anchors is not None and anchors < 1:
        raise BadSetting(f"vocabulary.clp: anchors must be at least 1, got {anchors}")
    origins = shared(old, new)
    rows, vectors = placed(new_vectors, new, "vocabulary.clp")
    known = origins[rows] >= 0
    queries, keys = vectors[~known], vectors[known]
    cosines = _all(queries, keys) if anchors is None else nearest(queries, keys, anchors)
    np.maximum(cosines.data, 0, out=cosines.data)
    cosines.eliminate_zeros()
    near = spread(cosines, rows[~known], origins[rows[known]], (len(new), len(old)))
    return mixed(with_copies(near, origins), old, new)


def _all(queries: np.ndarray, keys: np.ndarray) -> sparse.csr_matrix:
    """[t, s] cosines above 0, without the whole grid at once."""
    shape = (len(queries), len(keys))
    some = [
        sparse.csr_matrix(np.maximum(queries[part] @ keys.T, 0)) for part in tiles(shape[0], _ROWS)
    ]
    return sparse.csr_matrix(sparse.vstack(some, format="csr") if some and shape[1] else shape)
