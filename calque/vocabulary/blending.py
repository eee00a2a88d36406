"""Rows that come from several places: copies before weights, one mixture before the next."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.errors import BadValue
from calque.values import Mixture, Vocabulary
from calque.vocabulary.rows import copies, mixed


def with_copies(matrix: sparse.csr_matrix, origins: np.ndarray) -> sparse.csr_matrix:
    """The weights [t, s], but rows with an origin are copies of it, whatever the weights say."""
    others = sparse.diags((origins < 0).astype(float)) @ matrix
    return sparse.csr_matrix(others + copies(origins, matrix.get_shape()[1]))


def first_known(mixtures: Sequence[Mixture], old: Vocabulary, new: Vocabulary) -> Mixture:
    """Each row as the first mixture has it that knows the piece; BadValue for other vocabularies."""
    if not mixtures:
        raise BadValue("vocabulary: no mixture was given")
    total, open_rows = sparse.csr_matrix((len(new), len(old))), np.ones(len(new), dtype=bool)
    for number, mixture in enumerate(mixtures):
        if mixture.old != old.pieces or mixture.new != new.pieces:
            raise BadValue(
                f"vocabulary: mixture {number} is of {len(mixture.old)} old and {len(mixture.new)} "
                f"new pieces, not of those of the {len(old)} and {len(new)} of both vocabularies"
            )
        total = total + sparse.diags((open_rows & mixture.known).astype(float)) @ mixture.matrix
        open_rows &= ~mixture.known
    return mixed(sparse.csr_matrix(total), old, new)
