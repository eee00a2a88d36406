"""The contrast of two forms: by hand, against a plain loop, at its limits."""

import math

import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.objectives.contrast import contrast


def drawn(b: int = 5, d: int = 4, seed: int = 0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(b, d, generator=generator) for _ in range(2)]


def test_by_hand():
    # two pairs along two axes: similarity 1 to the partner, 0 to both forms of the other
    both = torch.eye(2)
    expected = math.log(math.e + 2) - 1
    assert float(contrast(both, both, weight=1)) == pytest.approx(expected)
    assert float(contrast(both, both)) == pytest.approx(expected / 4)
    sharp = contrast(both, 5 * both, weight=1, cosine=True, temperature=0.1)
    assert float(sharp) == pytest.approx(math.log(math.exp(10) + 2) - 10, rel=1e-3)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_a_plain_loop_says_the_same(temperature):
    vectors, others = drawn()
    rows = [row for pair in zip(vectors, others, strict=True) for row in pair]
    total = 0.0
    for place, row in enumerate(rows):
        partner = place + 1 - 2 * (place % 2)
        scores = {n: float(row @ one) / temperature for n, one in enumerate(rows) if n != place}
        total += math.log(sum(math.exp(s) for s in scores.values())) - scores[partner]
    found = contrast(vectors, others, weight=0.5, temperature=temperature)
    assert float(found) == pytest.approx(0.5 * total / len(rows), rel=1e-5)


def test_both_forms_learn_and_may_change_places():
    vectors, others = (one.requires_grad_() for one in drawn())
    value = contrast(vectors, others)
    value.backward()
    assert vectors.grad is not None and others.grad is not None
    assert (vectors.grad != 0).all() and (others.grad != 0).all()
    torch.testing.assert_close(contrast(others, vectors), value)
    torch.testing.assert_close(contrast(vectors.flip(0), others.flip(0)), value)
    with torch.no_grad():
        step = 0.01 / vectors.grad.norm()
        assert contrast(vectors - step * vectors.grad, others) < value


def test_partners_lose_less_than_strangers():
    vectors, _ = drawn()
    assert contrast(vectors, vectors) < contrast(vectors, vectors.roll(1, 0))


def test_cosines_do_not_see_lengths():
    vectors, others = drawn()
    longer = contrast(3 * vectors, 0.1 * others, cosine=True)
    torch.testing.assert_close(longer, contrast(vectors, others, cosine=True))
    assert contrast(3 * vectors, others) != contrast(vectors, others)


def test_random_negatives_make_it_harder_and_follow_the_generator():
    vectors, others = drawn()
    values = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        values.append(float(contrast(vectors, others, negatives=3)))
    assert values[0] == values[1] != values[2]
    assert min(values) > float(contrast(vectors, others))


def test_small_and_extreme_tables_are_finite():
    single = [torch.ones(1, 3, requires_grad=True) for _ in range(2)]
    alone = contrast(*single)
    alone.backward()
    assert float(alone.detach()) == 0  # no one to be told from
    assert all(one.grad is not None and not one.grad.any() for one in single)
    assert float(contrast(torch.zeros(0, 3), torch.zeros(0, 3))) == 0
    for size in (0.0, 1e4):
        rows = [size * one for one in drawn()]
        assert torch.isfinite(contrast(*rows)) and torch.isfinite(contrast(*rows, cosine=True))


def test_what_makes_no_sense_is_refused():
    vectors, others = drawn()
    with pytest.raises(BadSetting, match="temperature must be positive"):
        contrast(vectors, others, temperature=0)
    with pytest.raises(BadSetting, match="not negative"):
        contrast(vectors, others, negatives=-1)
    with pytest.raises(BadValue, match=r"one shape, got \[5, 4\] and \[4, 4\]"):
        contrast(vectors, others[1:])
