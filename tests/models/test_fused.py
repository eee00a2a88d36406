"""Texts beside their translations: what sees what, what is learned from whom."""

import numpy as np
import pytest
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import open_model
from calque.models.fusing import fused
from calque.models.predict_fused import predict_fused
from calque.models.tune_fused import tune_fused
from calque.values import Labelled, Predictions
from calque.workspace import working_in

FAST = {"learning_rate": 3e-3, "batch_size": 8}
KEYS = {"pet": "cat", "water": "river", "place": "house"}


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def two_sides(count=48, seed=0):
    """Only the translation names the label."""
    generator, here, there = np.random.default_rng(seed), [], []
    for number in range(count):
        label = list(KEYS)[number % 3]
        fillers = list(generator.choice(["a", "one", "sees", "home", "five"], size=4))
        here.append({"text": " ".join(fillers), "label": label})
        there.append({"text": " ".join([*fillers[:2], KEYS[label]]), "label": None})
    return Labelled.of(here, "class", "eng"), Labelled.of(there, "class", "swh")


def tagged(count=32, seed=0):
    generator, here, there = np.random.default_rng(seed), [], []
    for _ in range(count):
        words = list(generator.choice(["cat", "river", "sees", "home"], size=5))
        here.append({"words": words, "tags": ["B-A" if word == "cat" else "O" for word in words]})
        there.append({"words": words[::-1], "tags": None})
    return Labelled.of(here, "tags", "eng"), Labelled.of(there, "tags", "swh")


def batch(model, seed=0, length=6):
    ids = torch.randint(5, 60, (4, length), generator=torch.Generator().manual_seed(seed))
    mask = torch.ones_like(ids)
    mask[1, 4:], mask[2, 5:] = 0, 0
    with torch.inference_mode():
        return ids, mask, lambda **named: model(**named).last_hidden_state


@pytest.mark.parametrize("name", ["bert", "xlmr", "distilbert"])
def test_no_layer_together_is_each_half_alone(tiny, name):
    model = open_model(tiny(name), "encoder")
    ids, mask, read = batch(model)
    with torch.inference_mode():
        alone = read(input_ids=ids, attention_mask=mask)
        with fused(model, (1, 0)):
            assert torch.equal(read(input_ids=ids, attention_mask=mask), alone)
        with fused(model, (1, 1)):
            assert not torch.allclose(read(input_ids=ids, attention_mask=mask)[0], alone[0])
        assert torch.equal(read(input_ids=ids, attention_mask=mask), alone)  # and nothing stays


@pytest.mark.parametrize("filled", [False, True])
def test_all_layers_together_are_the_two_as_one_text(tiny, filled):
    model = open_model(tiny("bert"), "encoder")
    ids, mask, read = batch(model)
    mask = mask if filled else torch.ones_like(mask)
    one = torch.cat(ids.chunk(2), 1)
    whole = {"attention_mask": torch.cat(mask.chunk(2), 1)}
    whole["position_ids"] = torch.arange(ids.shape[1]).repeat(2)[None].expand(len(one), -1)
    with torch.inference_mode():
        expected = torch.cat(read(input_ids=one, **whole).chunk(2, 1))
        with fused(model, (0, 3)):
            found = read(input_ids=ids, attention_mask=mask)
    seen = mask.bool()
    torch.testing.assert_close(found[seen], expected[seen], rtol=1e-4, atol=1e-5)


def test_a_label_that_only_the_translation_names(tiny):
    train, (asked, beside) = two_sides(), two_sides(30, seed=1)
    learned = tune_fused(tiny("bert"), *train, layers=(1, 2), epochs=14, **FAST)
    made = predict_fused(learned, asked, beside)
    assert np.mean([one == other for one, other in zip(made, asked.gold, strict=True)]) > 0.9
    apart = tune_fused(tiny("bert"), *train, layers=(3, 0), epochs=6, **FAST)
    made = predict_fused(apart, asked, beside)
    assert np.mean([one == other for one, other in zip(made, asked.gold, strict=True)]) < 0.7


def test_tags_of_translations_are_learned_from_the_teacher_alone(tiny):
    """The teacher calls rivers names, which nothing else does."""
    train, beside = tagged()
    words = beside.table["words"].to_pylist()
    soft = np.array(
        [[float(word == "river"), float(word != "river")] for row in words for word in row]
    )
    labels = tuple(tuple("B-A" if word == "river" else "O" for word in row) for row in words)
    teacher = Predictions(labels, ("B-A", "O"), soft)
    learned = tune_fused(
        tiny("bert"), train, beside, teacher, layers=(3, 0), teaching=20, epochs=8, **FAST
    )
    made = predict_fused(learned, beside, train)
    right = [
        one == other
        for pair in zip(made, labels, strict=True)
        for one, other in zip(*pair, strict=True)
    ]
    assert np.mean(right) > 0.9


def test_words_without_an_answer_and_texts_of_nothing(tiny):
    train, beside = tagged(8)
    learned = tune_fused(tiny("bert"), train, beside, layers=(1, 1), epochs=1)
    rows = [["cat"] * 100, [], ["\u200b", "القطة"]]
    asked = Labelled.of([{"words": row, "tags": None} for row in rows], "tags")
    made = predict_fused(learned, asked, asked)
    assert [len(row) for row in made] == [100, 0, 2]
    assert made[0][-1] == made[2][0] == "O" and not made.probabilities[99].any()


def test_what_cannot_be_is_told(tiny):
    train, beside = two_sides(6)
    with pytest.raises(BadSetting, match="2 layers apart and 2 together of the 3"):
        tune_fused(tiny("bert"), train, beside, layers=(2, 2))
    with pytest.raises(BadValue, match="6 examples of task 'class' with 5 translations"):
        tune_fused(tiny("bert"), train, beside.take(range(5)), layers=(1, 1))
    with pytest.raises(BadFile, match="not trained beside translations"):
        predict_fused(_alone(tiny, train), train, beside)
    other = Predictions(("a",) * 6, ("a", "b"), np.full((6, 2), 0.5))
    with pytest.raises(BadValue, match="needs probabilities of pet, place, water"):
        tune_fused(tiny("bert"), train, beside, other, layers=(1, 1))
    short = Predictions(("pet",) * 2, ("pet", "place", "water"), np.full((2, 3), 1 / 3))
    with pytest.raises(BadValue, match="spoke of 2 labels, the translations have 6"):
        tune_fused(tiny("bert"), train, beside, short, layers=(1, 1))


def _alone(tiny, train):
    from calque.models.tune import tune

    return tune(tiny("bert"), train, epochs=1)
