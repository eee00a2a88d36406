"""The baseline of every mixer: nothing is known but the roles of special pieces."""

from scipy import sparse

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.vocabulary.rows import mixed


@mixer
def unknown(old: Vocabulary, new: Vocabulary) -> Mixture:
    """Know nothing of any piece, special ones apart.

    `models.swap` then gives every row the mean of the old ones, or with `noise` 1 draws them at
    random around it: the two baselines.
    """
    return mixed(sparse.csr_matrix((len(new), len(old))), old, new)
