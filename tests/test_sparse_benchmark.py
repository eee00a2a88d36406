"""Going on to a language that shares nothing with the first: sparse differences learn it and forget less than whole tuning."""

from itertools import islice

import pytest

from benchmarks import sparse
from calque.workspace import working_in


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("forgetting")):
        return {row["model"]: row for row in islice(sparse.forgetting(0), 4)}


def test_sparse_differences_forget_less(rows):
    whole, few = rows["whole"], rows["sparse"]
    assert min(whole["gain"], few["gain"]) > 0.3
    assert few["forgotten"] < whole["forgotten"] - 0.05


def test_what_is_new_lies_in_the_rows_of_pieces(rows):
    """Two languages without a common word: what can change layers alone learns less, and forgets more."""
    for other in ("all but rows", "bottleneck"):
        assert rows[other]["gain"] < rows["sparse"]["gain"] - 0.2
        assert rows[other]["forgotten"] > rows["sparse"]["forgotten"] + 0.2
