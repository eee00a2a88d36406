"""Similarities per layer: against one text at a time, at their limits, and where the answer is planted."""

from functools import partial

import numpy as np
import pytest
import torch
from planted_scripts import scripts

from calque.errors import BadValue
from calque.models.folder import open_model, open_tokenizer
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


def test_the_contrast_tells_matched_from_random_where_only_the_script_differs(tmp_path):
    world = scripts(240, words=20)
    latin = world.unseen_latin
    before = world.encoder(tmp_path / "before")
    settings = {"masker": random_mask, "epochs": 5, "learning_rate": 1e-2}
    plain = tune_script(before, world.bitext, **settings)
    told = tune_script(before, world.bitext, contrast=partial(contrast, weight=1.0), **settings)
    gaps, matched = {}, {}
    for name, model in {"before": before, "plain": plain, "told": told}.items():
        rows = similarity_layers(model, world.unseen, latin).where(layer=1)
        value = {(row["form"], row["pairs"]): row["value"] for row in rows}
        # both scripts have one romanization
        assert value["transliterated", "matched"] == pytest.approx(1, abs=1e-5)
        for form in ("original", "across"):
            gaps[name, form] = value[form, "matched"] - value[form, "random"]
            matched[name, form] = value[form, "matched"]
    for form in ("original", "across"):
        for other in ("before", "plain"):
            assert gaps["told", form] > gaps[other, form] + 0.01
            assert matched["told", form] > matched[other, form]
