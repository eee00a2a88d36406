"""What the benchmark of vocabulary expansion makes of the names of initializations."""

import numpy as np
import pytest
from golden import lowres_cva as authors

from benchmarks.vocabulary_expansion import INITIALIZATIONS, mixture
from calque.values import Texts

OLD, NEW = authors.vocabularies()
TEXTS = Texts.of(authors.TEXTS * 3)


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_old_rows_are_copied_and_new_ones_are_made(name):
    made = mixture(name, OLD, NEW, TEXTS)
    np.testing.assert_array_equal(made.matrix[: len(OLD)].toarray(), np.eye(len(OLD), dtype=float))
    added = made.known[len(OLD) :]
    # what no text shows has no company
    assert added.all() if name in ("mean", "merge", "align") else not added.all()
