"""Shared frequency against its definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calque.maths.sharing import shared_frequency


@given(
    arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(0, 6)), elements=st.integers(0, 9))
)
def test_is_the_lesser_of_the_count_and_of_the_most_of_the_others(counts):
    found = shared_frequency(counts)
    for (row, column), count in np.ndenumerate(counts):
        others = np.delete(counts[:, column], row)
        assert found[row, column] == min(count, others.max(initial=0))
