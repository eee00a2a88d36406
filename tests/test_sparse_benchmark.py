"""Going on to a language that shares nothing with the first: sparse differences learn it and forget less than whole tuning."""

from itertools import islice

from benchmarks import sparse
from calque.workspace import working_in


def test_sparse_differences_forget_less(tmp_path):
    with working_in(tmp_path):
        whole, few = islice(sparse.forgetting(0), 2)
    assert [whole["model"], few["model"]] == ["whole", "sparse"]
    assert min(whole["gain"], few["gain"]) > 0.3
    assert few["forgotten"] < whole["forgotten"] - 0.05
