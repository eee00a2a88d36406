import numpy as np
import pytest

from calque import part
from calque.errors import BadValue

apart = part("spaces.apart")


def test_finds_a_planted_shift():
    generator = np.random.default_rng(0)
    shift = np.zeros(8)
    shift[3] = -2.5
    one = generator.normal(size=(4000, 8))
    found = apart(one + shift, generator.normal(size=(3000, 8)))
    assert found.shape == (1, 8)
    assert found.dtype == np.float32
    assert found[0] @ shift / 2.5 > 0.99
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)


def test_a_direction_removed_leaves_equal_means():
    generator = np.random.default_rng(1)
    one, other = generator.normal(1, 1, (50, 5)), generator.normal(-1, 2, (70, 5))
    line = apart(one, other)[0]
    left = [some - np.outer(some @ line, line) for some in (one, other)]
    assert left[0].mean(axis=0) == pytest.approx(left[1].mean(axis=0), abs=1e-6)
    assert np.array_equal(apart(other, one), -apart(one, other))


def test_equal_means_give_zeros():
    one = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert not apart(one, one[::-1]).any()


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), "one size"),
        (np.ones((0, 3)), np.ones((2, 3)), "no vectors"),
        (np.full((2, 3), np.nan), np.ones((2, 3)), "not finite"),
    ],
)
def test_what_has_no_direction(one, other, said):
    with pytest.raises(BadValue, match=said):
        apart(one, other)
