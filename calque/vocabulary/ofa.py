"""OFA: pieces that both vocabularies have are copied, others are mixed from the nearest by vector.

Source: Liu et al. 2024, "OFA: A Framework of Initializing Unseen Subword Embeddings for Efficient
Large-scale Multilingual Continued Pretraining", section 3, https://arxiv.org/abs/2311.08849
"""

import numpy as np

from calque.maths.neighbors import nearest
from calque.roles import mixer
from calque.values import Mixture, Space, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.placed import check_search, check_widths, placed, softened, spread
from calque.vocabulary.rows import mixed, shared, shared_in_any_case


@mixer(paper="liu-etal-2024-ofa")
def ofa(
    old: Vocabulary,
    new: Vocabulary,
    old_vectors: Space,
    new_vectors: Space,
    *,
    neighbors: int = 10,
    temperature: float = 0.1,
) -> Mixture:
    """Copy pieces that both spell alike, in whatever case; mix all others as `vocabulary.wechsel` does.

    Of several old pieces that differ in case the one spelled exactly alike counts, else the one of the
    lowest id; the authors' code takes the last in alphabetical order.

    old_vectors, new_vectors: [m, d] and [n, d] named by pieces, in one space. The paper takes those
                 of a multilingual space, each the plain mean of its words (`vocabulary.piece_means`)
    neighbors, temperature: see `vocabulary.wechsel`

    The paper's factorized tables are `models.factorize`, before the swap.
    """
    check_search("vocabulary.ofa", neighbors, temperature)
    columns, keys = placed(old_vectors, old, "vocabulary.ofa")
    rows, queries = placed(new_vectors, new, "vocabulary.ofa")
    check_widths("vocabulary.ofa", keys, queries)
    origins = shared(old, new)
    origins = np.where(origins < 0, shared_in_any_case(old, new), origins)
    missing = origins[rows] < 0
    weights = softened(nearest(queries[missing], keys, neighbors), temperature)
    near = spread(weights, rows[missing], columns, (len(new), len(old)))
    return mixed(with_copies(near, origins), old, new)
