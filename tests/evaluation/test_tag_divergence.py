from itertools import chain

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from calque.evaluation.tag_divergence import tag_divergence


def test_as_scipy_has_it():
    random = np.random.default_rng(2)
    one = [random.choice(list("abcd"), size=6, p=[0.1, 0.2, 0.5, 0.2]).tolist() for _ in range(50)]
    other = [
        random.choice(list("abce"), size=6, p=[0.4, 0.1, 0.3, 0.2]).tolist() for _ in range(30)
    ]
    shares = [
        [list(chain(*some)).count(name) for name in "abde"] for some in (one, other)
    ]  # c is plain
    score = tag_divergence(one, other)
    assert score.value == pytest.approx(jensenshannon(*shares, base=2) ** 2)
    assert score.low <= score.value <= score.high and score.n == 80


def test_its_ends():
    same = [["x", "y", "c"]] * 4
    assert tag_divergence(same, same).value == pytest.approx(0, abs=1e-12)
    assert tag_divergence([["x"]], [["y"], ["y"]]).value == pytest.approx(1)
    assert tag_divergence([["c"]], [["y"]]).value == pytest.approx(0.5)
    assert tag_divergence([["c"]], [["O"]]).value == 0
