"""WECHSEL: a new piece is the mixture of the old pieces whose vectors are nearest to its own.

Source: Minixhofer et al. 2022, "WECHSEL: Effective initialization of subword embeddings for cross-lingual
transfer of monolingual language models", section 3, https://aclanthology.org/2022.naacl-main.293
"""

from calque.maths.neighbors import nearest
from calque.roles import mixer
from calque.values import Mixture, Space, Vocabulary
from calque.vocabulary.placed import check_search, check_widths, placed, softened, spread
from calque.vocabulary.rows import mixed


@mixer(paper="wechsel")
def wechsel(
    old: Vocabulary,
    new: Vocabulary,
    old_vectors: Space,
    new_vectors: Space,
    *,
    neighbors: int = 10,
    temperature: float = 0.1,
) -> Mixture:
    """Weigh each new piece's nearest old pieces by the softmax of their cosines.

    The search is exact. Pieces without a vector, or with zeros, are unknown. Unlike the authors' code,
    special pieces go by their role and not by their text, and are nobody's neighbors.

    old_vectors, new_vectors: [m, d] and [n, d] named by pieces (`vocabulary.piece_vectors`), in one
                 space (`spaces.procrustes`)
    neighbors:   old pieces that a row is made of, all where there are fewer
    temperature: above 0; the smaller, the more the nearest one counts
    """
    check_search("vocabulary.wechsel", neighbors, temperature)
    columns, keys = placed(old_vectors, old, "vocabulary.wechsel")
    rows, queries = placed(new_vectors, new, "vocabulary.wechsel")
    check_widths("vocabulary.wechsel", keys, queries)
    weights = softened(nearest(queries, keys, neighbors), temperature)
    return mixed(spread(weights, rows, columns, (len(new), len(old))), old, new)
