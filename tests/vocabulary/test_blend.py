"""The first mixture that knows a piece gives its row."""

import numpy as np
import pytest
from scipy import sparse
from small_tokenizers import unigram

from calque.errors import BadValue
from calque.values import Mixture
from calque.vocabulary.blend import blend
from calque.vocabulary.merges import merges

OLD = unigram(["a", "b", "▁c"])
NEW = unigram(["▁x", "y", "b", "z"])


def of(*rows):
    return Mixture(sparse.csr_matrix(np.array([[0.0] * 4, *rows])), NEW.pieces, OLD.pieces)


def test_row_by_row():
    first = of([0, 0.25, 0.75, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0] * 4)
    second = of([0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0] * 4)
    mixture = blend(OLD, NEW, [first, second, merges(OLD, NEW)])
    assert dict(mixture.origins("▁x")) == {"a": 0.25, "b": 0.75}
    assert mixture.origins("y") == [("▁c", 1.0)]
    assert mixture.origins("b") == [("b", 1.0)]
    assert mixture.origins("z") == []
    assert mixture.origins("<unk>") == [("<unk>", 1.0)]


def test_one_alone_is_as_it_was():
    one = merges(OLD, NEW)
    assert (blend(OLD, NEW, [one]).matrix != one.matrix).nnz == 0


def test_mixtures_of_others_are_told():
    with pytest.raises(BadValue, match="no mixture was given"):
        blend(OLD, NEW, [])
    with pytest.raises(BadValue, match="mixture 1 is of 5 old and 4 new pieces"):
        blend(OLD, NEW, [merges(OLD, NEW), merges(NEW, OLD)])
