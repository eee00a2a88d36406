"""Which pairs of languages the benchmark of off-target translations learns from."""

import pytest

from benchmarks.lavs import FAMILY, pairs_of
from calque.synthetic import named


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("star", [("qaa", "qab"), ("qaa", "qac"), ("qaa", "qad")]),
        ("ring", [("qaa", "qab"), ("qab", "qac"), ("qac", "qad"), ("qad", "qaa")]),
    ],
)
def test_pairs_of_languages(shape, wanted):
    found = pairs_of(named(f"languages=4 {FAMILY}"), shape, 20)
    assert [(one.source, one.target) for one in found] == wanted
    # no language says the same sentences to two others: nothing connects those but the model
    sides = [list(one.sources) if one.source == "qaa" else list(one.targets) for one in found]
    assert all(len(side) == 20 for side in sides) and sides[0] != sides[-1]
