import numpy as np
import pytest

from calque.models.align import align
from calque.models.align_layers import align_layers
from calque.wordalign.itermax import itermax


@pytest.mark.parametrize("name", ["bert", "modernbert", "gpt2"])
@pytest.mark.parametrize(("unit", "measure"), [("piece", "cosine"), ("word", "centered")])
def test_one_pass_gives_what_each_layer_alone_gives(tiny, drawn, name, unit, measure):
    bitext = drawn(8)
    every = align_layers(bitext, tiny(name), pairer=itermax, unit=unit, measure=measure)
    assert len(every) == 4
    for layer, found in enumerate(every):
        alone = align(bitext, tiny(name), pairer=itermax, layer=layer, unit=unit, measure=measure)
        for one, other in zip(found, alone, strict=True):
            np.testing.assert_array_equal(one.pairs, other.pairs)
            np.testing.assert_allclose(one.score, other.score, atol=1e-5)
    assert [one.pairs.tolist() for one in every[0]] != [one.pairs.tolist() for one in every[3]]


def test_an_empty_bitext_gives_nothing_for_each_layer(tiny, drawn):
    assert align_layers(drawn(0), tiny("bert"), pairer=itermax) == [[], [], [], []]
