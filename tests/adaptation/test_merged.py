"""Any merge as an argument."""

from functools import partial

import pytest
import torch

from calque.adaptation.average import average
from calque.adaptation.merged import merged
from calque.adaptation.slerp import slerp
from calque.adaptation.ties import ties
from calque.errors import BadSetting
from calque.recipe import Filled
from calque.roles._models import models, tensors_of


@pytest.fixture(scope="module")
def given():
    base, *parents = models(0)
    return parents, base


def same(one, other):
    ours, theirs = tensors_of(one), tensors_of(other)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_each_way_gets_what_it_takes(given):
    parents, base = given
    same(merged(parents, base, average), average(parents))
    own = partial(ties, density=0.5)
    same(merged(parents, base, own), own(parents, base))
    way = Filled("adaptation.slerp", {"share": 0.25})
    same(merged(parents, base, way), slerp(*parents, base, share=0.25))


def test_a_way_that_asks_for_more(given):
    parents, base = given
    with pytest.raises(BadSetting, match="asks for 'one', which 3 models and a base do not give"):
        merged([*parents, parents[0]], base, slerp)
