"""The laws of the algebra, for every kind of difference and for sums of different kinds."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from patches import KINDS, SHAPES, a_base, a_patch, kinds, seeds, tensors_of

from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.adaptation.compose import compose
from calque.adaptation.difference import difference
from calque.adaptation.mean import mean
from calque.adaptation.revert import revert
from calque.adaptation.scale import scale
from calque.adaptation.subtract import subtract
from calque.maths.differences import dense

quick = settings(max_examples=15, deadline=None)
sizes = st.sampled_from([1e-6, 1e-3, 1.0, 1e4])


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases")
    types = (torch.float32, torch.bfloat16, torch.float16)
    return [a_base(folder / str(k), kind=kind) for k, kind in enumerate(types)]


def added(patch, name):
    return dense(patch.terms(name), SHAPES[name])


def close(one, two):
    for name in SHAPES:
        # sums are rounded to float32, so what is left of numbers around 1 is off by their last digit
        torch.testing.assert_close(added(one, name), added(two, name), rtol=1e-6, atol=1e-6)


@quick
@given(st.integers(0, 2), kinds, seeds, sizes)
def test_what_is_applied_and_taken_off_leaves_the_base_bit_for_bit(bases, which, kind, seed, size):
    base = bases[which]
    patch = a_patch(base, kind, seed, size if which != 2 else min(size, 1e3))
    assert revert(apply(base, patch), patch).fingerprint() == base.fingerprint()


@quick
@given(kinds, kinds, seeds, seeds)
def test_sums_do_not_depend_on_the_order_and_are_sums(bases, one, two, first, second):
    a, b = a_patch(bases[0], one, first), a_patch(bases[0], two, second)
    both = add([a, b])
    assert both.fingerprint() == add([b, a]).fingerprint()
    assert compose([a, b]).fingerprint() == both.fingerprint()
    for name in SHAPES:
        expected = added(a, name) + added(b, name)
        torch.testing.assert_close(added(both, name), expected, rtol=1e-6, atol=1e-6)
    close(subtract(both, b), a)
    assert add([both]).fingerprint() == both.fingerprint()


@quick
@given(kinds, kinds, kinds, seeds)
def test_sums_of_three_may_be_made_in_any_way(bases, one, two, three, seed):
    a, b, c = (a_patch(bases[0], kind, seed + k) for k, kind in enumerate((one, two, three)))
    close(add([add([a, b]), c]), add([a, add([b, c])]))
    if "whole" not in (one, two, three):  # a mean is of heads that all have
        close(scale(add([a, b, c]), factor=1 / 3), mean([a, b, c]))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_times_a_patch_is_the_base(bases, kind):
    patch = a_patch(bases[0], kind)
    before, after = tensors_of(bases[0]), tensors_of(apply(bases[0], scale(patch, factor=0.0)))
    for name in SHAPES:
        assert torch.equal(before[name], after[name])
    assert ("head.weight" in after) == (kind == "whole")


@quick
@given(kinds, seeds, st.floats(-3, 3))
def test_the_merged_model_moves_by_the_sum(bases, kind, seed, factor):
    patch = a_patch(bases[0], kind, seed)
    before = tensors_of(bases[0])
    after = tensors_of(apply(bases[0], scale(patch, factor=factor)))
    for name in SHAPES:
        expected = (before[name].double() + factor * added(patch, name)).float()
        torch.testing.assert_close(after[name], expected, rtol=1e-5, atol=1e-6)


@quick
@given(st.integers(0, 2), kinds, seeds, sizes)
def test_a_difference_applied_is_the_tuned_model_bit_for_bit(bases, which, kind, seed, size):
    base = bases[which]
    tuned = apply(base, a_patch(base, kind, seed, size if which != 2 else min(size, 1e3)))
    again = tensors_of(apply(base, difference(base, tuned)))
    wanted = tensors_of(tuned)
    assert again.keys() == wanted.keys()
    for name, tensor in wanted.items():
        assert torch.equal(again[name], tensor), name
