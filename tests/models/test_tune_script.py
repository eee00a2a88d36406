"""Training with transliterations: the authors' losses, scripts that come together, what is refused."""

import json
import logging
import sys
from functools import partial
from pathlib import Path

import pytest
import torch
from planted_scripts import scripts

from calque.errors import BadSetting, BadValue
from calque.models.folder import open_model
from calque.models.states import layer_count, layer_states, overheard
from calque.models.tune import tune
from calque.models.tune_script import _Loss, tune_script
from calque.objectives import contrast as module
from calque.objectives.contrast import contrast
from calque.objectives.random_mask import random_mask
from calque.values import Bitext, Labelled

torch.set_num_threads(1)
GOLDEN = Path(__file__).parents[1] / "golden"
THEIRS = json.loads((GOLDEN / "script_losses.json").read_text(encoding="utf-8"))["found"]
FAMILIES = ("bert", "xlmr", "distilbert", "deberta", "modernbert")


@pytest.fixture(scope="module")
def script():
    """What the golden figures were made with."""
    sys.path.insert(0, str(GOLDEN))
    try:
        import script_losses
    finally:
        sys.path.remove(str(GOLDEN))
    return script_losses


def given(script, *, masked: bool, joint: bool):
    """The batch of the golden figures, as `tune_script` makes batches."""
    made = []
    for one in script.batch():
        inputs = {"input_ids": one["spoiled"], "attention_mask": one["mask"]}
        places = (one["labels"] != -100).flatten().nonzero()[:, 0]
        form = {"inputs": inputs, "ordinary": one["special"] == 0}
        if masked:
            form |= {"places": places, "targets": one["labels"].flatten()[places]}
        made.append(form)
    return {"forms": made[:2]} | ({"joint": made[2]} if joint else {})


COSINE = {"cosine": True, "temperature": 0.1, "weight": 0.5}
SAME = {
    "translico": ({}, True, False),
    "translico masked alone": (None, True, False),
    "translico contrast alone": ({}, False, False),
    "ppa": ({"weight": 0.5}, True, True),
    "ppa joint without contrast": (None, True, True),
    "ppa cosine": (COSINE, False, False),
    "ppa smoothing": ({"weight": 0.5, "negatives": 3}, False, False),
    "ppa cosine and smoothing": (COSINE | {"negatives": 3}, False, False),
}


@pytest.mark.parametrize("name", SAME)
def test_the_authors_code_says_the_same(script, name, monkeypatch):
    settings, masked, joint = SAME[name]
    drawn = lambda count, width, **kind: script.negatives(count, width)  # noqa: E731
    monkeypatch.setattr(module.torch, "randn", drawn)
    model = script.model()
    told = None if settings is None else partial(contrast, **settings)
    loss = _Loss(script.LAYER, told)(model, given(script, masked=masked, joint=joint))
    loss.backward()
    pull = model.base_model.embeddings.word_embeddings.weight.grad.norm()
    assert float(loss.detach()) == pytest.approx(THEIRS[name]["loss"], rel=1e-5)
    assert float(pull) == pytest.approx(THEIRS[name]["pull"], rel=1e-4)


def test_every_figure_of_theirs_is_compared():
    assert set(SAME) == set(THEIRS)
    assert len({round(one["loss"], 4) for one in THEIRS.values()}) == len(THEIRS)


@pytest.fixture(scope="module")
def world():
    return scripts(240, words=20)


@pytest.fixture(scope="module")
def untrained(world, tmp_path_factory):
    return world.encoder(tmp_path_factory.mktemp("untrained"))


@pytest.fixture(scope="module")
def trained(world, untrained):
    """By what was learned: cross-script retrieval, and similarity of a sentence and its romanization."""
    asked = {
        "nothing": None,
        "masked": {"masker": random_mask},
        "contrast": {"masker": None, "contrast": contrast},
        "both": {"masker": random_mask, "contrast": partial(contrast, weight=1.0)},
    }
    found = {}
    for name, settings in asked.items():
        made = untrained
        if settings is not None:
            made = tune_script(untrained, world.bitext, epochs=5, learning_rate=1e-2, **settings)
        found[name] = (world.found(made), world.alike(made))
    return found


@pytest.mark.parametrize("name", ["contrast", "both"])
def test_scripts_never_seen_together_meet_in_their_romanization(trained, name):
    found, alike = trained[name]
    for other in ("nothing", "masked"):
        assert found > trained[other][0] + 0.3
        assert alike > trained[other][1] + 0.02


def parameters(checkpoint, kind="encoder"):
    return {name: p.detach() for name, p in open_model(checkpoint, kind).named_parameters()}


def changed(one, other):
    assert one.keys() == other.keys()
    return {name for name in one if not torch.equal(one[name], other[name])}


ALL = {"masker": random_mask, "contrast": contrast, "joint": True, "learning_rate": 1e-3}


def test_everything_trains_with_a_masked_head_and_twice_the_same(tiny, drawn):
    body = tiny("xlmr", "masked")
    made, again = (tune_script(body, drawn(16), **ALL) for _ in range(2))
    assert made.config["architectures"] == ["XLMRobertaForMaskedLM"]
    moved = changed(parameters(body, "masked"), parameters(made, "masked"))
    assert any("layer.2" in name for name in moved)
    assert any(name.startswith("lm_head") for name in moved)
    assert not changed(parameters(made, "masked"), parameters(again, "masked"))


def test_the_contrast_alone_leaves_what_lies_above_its_layer(tiny, drawn):
    body = tiny("bert", "masked")
    told = partial(contrast, temperature=5.0)
    settings = {"masker": None, "contrast": told, "layer": 1, "learning_rate": 1e-3}
    moved = changed(
        parameters(body, "masked"), parameters(tune_script(body, drawn(16), **settings), "masked")
    )
    assert any("layer.0" in name for name in moved)
    assert not any("layer.1" in name or name.startswith("cls") for name in moved)


def test_a_task_head_stays_bit_equal(tiny, drawn):
    rows = [{"text": text, "label": str(n % 2)} for n, text in enumerate(["one two", "a dog"] * 2)]
    tuned = tune(tiny("bert"), Labelled.of(rows, "class"), epochs=1)
    made = tune_script(tuned, drawn(8), **ALL)
    moved = changed(parameters(tuned, "class"), parameters(made, "class"))
    assert moved and not any(name.startswith("classifier") for name in moved)


@pytest.mark.parametrize("family", FAMILIES)
def test_states_are_overheard_as_they_are(tiny, family):
    model = open_model(tiny(family), "encoder")
    inputs = {
        "input_ids": torch.arange(6, 18).reshape(2, 6),
        "attention_mask": torch.ones(2, 6).long(),
    }
    for layer in range(layer_count(model) + 1):
        with torch.no_grad(), overheard(model, layer) as heard:
            model(**inputs)
        with torch.no_grad():
            (states,) = heard
            torch.testing.assert_close(states, layer_states(model, inputs, layer))
            model(**inputs)
        assert len(heard) == 1  # nothing is listened to afterwards


def test_odd_texts_are_counted_or_read(tiny, caplog):
    rows = [
        ("", "cat"),
        ("\u200b", "dog"),
        ("the cat", "the cat"),
        ("the dog", "THE DOG"),
        ("маленькая собака " * 30, "small dog " * 30),
        ("الكلب", "one"),
        ("犬は", "two"),
    ]
    with caplog.at_level(logging.WARNING, logger="calque"):
        made = tune_script(tiny("bert"), Bitext.of(rows), **ALL)
    assert all(torch.isfinite(p).all() for p in parameters(made).values())
    assert "2 texts have an empty form" in caplog.text
    # the second differs in letters that the tokenizer does not tell apart
    assert "2 of 7 texts are the same pieces and teach nothing, for example number 2" in caplog.text
    assert "lose their end" in caplog.text


def test_what_makes_no_sense_is_refused(tiny, drawn):
    body, bitext = tiny("bert"), drawn(3)
    with pytest.raises(BadSetting, match="give a masker, or a contrast alone"):
        tune_script(body, bitext, masker=None)
    with pytest.raises(BadSetting, match="give a masker, or a contrast alone"):
        tune_script(body, bitext, masker=None, contrast=contrast, joint=True)
    with pytest.raises(BadSetting, match="layer 9 of a model with 3 layers"):
        tune_script(body, bitext, masker=None, contrast=contrast, layer=9)
    with pytest.raises(BadValue, match="none of 2 texts has two forms that differ"):
        tune_script(body, Bitext.of([("cat", "cat"), ("", "")]), masker=None, contrast=contrast)
    with pytest.raises(BadValue, match="none of 0 texts"):
        tune_script(body, Bitext.of([]), masker=None, contrast=contrast)
    with pytest.raises(BadValue, match="has no mask piece"):
        tune_script(tiny("gpt2", "causal"), bitext, masker=random_mask)
