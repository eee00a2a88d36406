"""Similarities per layer: against one text at a time, at their limits, and where the answer is planted."""

from functools import partial

import numpy as np
import pytest
import torch
from planted_scripts import scripts

from calque.errors import BadValue
from calque.models.folder import open_model, open_tokenizer
from calque.models.masked import masked
from calque.models.similarity_layers import similarity_layers
from calque.models.states import layer_states
from calque.models.tune_script import tune_script
from calque.objectives.contrast import contrast
from calque.objectives.random_mask import random_mask
from calque.values import Bitext

torch.set_num_threads(1)
LAYERS = 3


def alone(model, tokenizer, text: str) -> np.ndarray:
    """Vectors [layers, d] of a text, its inner pieces averaged by hand."""
    ids = torch.tensor([tokenizer(text)["input_ids"]])
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    with torch.no_grad():
        states = [layer_states(model, inputs, layer)[0, 1:-1] for layer in range(LAYERS + 1)]
    return np.stack([one.mean(0).numpy() for one in states])


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("family", ["bert", "xlmr"])
def test_one_text_at_a_time_gives_the_same(tiny, family):
    pairs = [
        ("small dog", "маленькая собака"),
        ("house", "доме и кошку"),
        ("a river", "река бежит"),
    ]
    latin = [("smol dog", "malenkaya"), ("hause", "dome"), ("a rivr", "reka")]
    found = similarity_layers(tiny(family), Bitext.of(pairs), Bitext.of(latin), tokens=24)
    assert len(found) == (LAYERS + 1) * 6 and {row["n"] for row in found} == {3}
    opened = open_model(tiny(family), "encoder"), open_tokenizer(tiny(family))
    x, y, latin_x, latin_y = (
        [alone(*opened, pair[side]) for pair in some] for some in (pairs, latin) for side in (0, 1)
    )
    # of three in a circle the partner is the next one, or the one before
    ways = ([1, 2, 0], [2, 0, 1])
    for form, (one, other) in {
        "original": (x, y), "transliterated": (latin_x, latin_y), "across": (x, latin_x),
    }.items():  # fmt: skip
        for layer in range(LAYERS + 1):
            grid = np.array([[cosine(a[layer], b[layer]) for b in other] for a in one])
            (matched,) = found.where(layer=layer, form=form, pairs="matched")
            assert matched["value"] == pytest.approx(np.diag(grid).mean(), abs=1e-5)
            spread = 1.96 * np.diag(grid).std(ddof=1) / 3**0.5
            assert matched["value"] - matched["low"] == pytest.approx(spread, abs=1e-5)
            (random,) = found.where(layer=layer, form=form, pairs="random")
            means = [grid[range(3), way].mean() for way in ways]
            assert min(abs(random["value"] - mean) for mean in means) < 1e-5


def test_a_sentence_and_itself_are_wholly_alike(tiny, drawn):
    texts = [pair[0] for pair in drawn(700)]  # more than are read at a time
    found = similarity_layers(tiny("bert"), Bitext.of([(text, text) for text in texts]))
    for row in found.where(pairs="matched"):
        assert row["value"] == pytest.approx(1, abs=1e-5) and row["high"] <= 1 and row["n"] == 700
    assert all(row["value"] < 0.99 for row in found.where(pairs="random"))
    assert {row["form"] for row in found} == {"original"}


def test_odd_pairs(tiny):
    rows = [("", "cat"), ("cat", "\u200b"), ("the dog " * 60, "שלום 🙂"), ("e\u0301", "a")]
    found = similarity_layers(tiny("bert"), Bitext.of(rows))
    assert {row["n"] for row in found.where(pairs="matched")} == {2}
    assert all(np.isfinite(row["value"]) for row in found)
    single = similarity_layers(tiny("bert"), Bitext.of(rows[3:]))
    assert {row["pairs"] for row in single} == {"matched"}  # there is no other sentence
    assert single.rows[0]["low"] is None
    with pytest.raises(BadValue, match="no sentence pair has pieces on both sides"):
        similarity_layers(tiny("bert"), Bitext.of(rows[:2]))
    with pytest.raises(BadValue, match="4 pairs, but 3 of them transliterated"):
        similarity_layers(tiny("bert"), Bitext.of(rows), Bitext.of(rows[1:]))


LEARNED = {
    "own script": None,
    "both scripts": {},
    "in one input": {"joint": True},
    "told apart": {"contrast": partial(contrast, weight=1.0)},
    "all": {"contrast": partial(contrast, weight=1.0), "joint": True},
}


@pytest.fixture(scope="module")
def planted_table(tmp_path_factory):
    """Mean cosines behind layer 1 by what was learned, form and kind, where only the script differs."""
    world = scripts(200, words=20)
    before = world.encoder(tmp_path_factory.mktemp("before"))
    how = {"masker": random_mask, "epochs": 5, "learning_rate": 1e-2}
    found = {}
    for name, settings in LEARNED.items():
        if settings is None:
            model = masked(before, world.bitext.sources, tokens=512, **how)
        else:
            model = tune_script(before, world.bitext, **how, **settings)
        rows = similarity_layers(model, world.unseen, world.unseen_latin).where(layer=1)
        found[name] = {(row["form"], row["pairs"]): row["value"] for row in rows}
    return found


def gap(found, form: str) -> float:
    return found[form, "matched"] - found[form, "random"]


@pytest.mark.parametrize("name", LEARNED)
def test_both_scripts_have_one_romanization(planted_table, name):
    assert planted_table[name]["transliterated", "matched"] == pytest.approx(1, abs=1e-5)


def test_guessing_alone_says_nothing_of_meaning(planted_table):
    own, both = planted_table["own script"], planted_table["both scripts"]
    assert both["transliterated", "random"] > own["transliterated", "random"] + 0.05
    assert abs(gap(both, "original") - gap(own, "original")) < 0.03
    assert both["across", "matched"] < own["across", "matched"] - 0.5  # scripts are set apart


def test_both_forms_in_one_input_bring_a_text_nearer_to_its_romanization(planted_table):
    both, joint = planted_table["both scripts"], planted_table["in one input"]
    assert joint["across", "matched"] > both["across", "matched"] + 0.1
    assert abs(gap(joint, "original") - gap(both, "original")) < 0.03


@pytest.mark.parametrize(
    ("name", "without"), [("told apart", "both scripts"), ("all", "in one input")]
)
def test_the_contrast_tells_matched_from_random(planted_table, name, without):
    told, rest = planted_table[name], planted_table[without]
    for form in ("original", "across"):
        assert gap(told, form) > gap(rest, form) + 0.15
        assert gap(told, form) > gap(planted_table["own script"], form) + 0.15
    for form in ("original", "transliterated"):
        assert told[form, "random"] < rest[form, "random"] - 0.05
    assert told["across", "matched"] > 0.8
