"""Translations that are drawn by their chances."""

from collections import Counter

import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.models.fresh_translator import fresh_translator
from calque.models.translate import translate
from calque.models.translating import open_translator
from calque.synthetic import family
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs

MADE = family(languages=2, concepts=40, topics=2, seed=1)


@pytest.fixture(scope="module")
def model():
    vocabulary = byte_pairs(MADE.texts("qaa", 100), size=300)
    return fresh_translator(vocabulary, languages=["qaa", "qab"], width=32, layers=1, longest=8)


def drawn(texts, model, **settings):
    return list(translate(texts, model, language="qab", **settings).rewritten)


def test_pieces_come_as_often_as_the_model_says(model):
    """The first piece of many draws for one text, against its chances."""
    texts = Texts.of(["hef"] * 1000, "qaa")
    said = drawn(texts, model, temperature=2.0, tokens=4096)
    own = open_translator(model, "test")
    source = own.tokenizer(["hef"])["input_ids"][0]
    ids = torch.tensor([[own.marks["qab"], *source]])
    with torch.inference_mode():
        logits = own.model(input_ids=ids, decoder_input_ids=torch.tensor([[own.start]])).logits
    logits = logits[0, -1].clone()
    logits[own.unwritten("qab", own=False)] = -torch.inf
    chances = (logits / 2).softmax(-1)
    end = float(chances[own.end])
    empty = Counter(said)[""] / len(said)
    assert abs(empty - end) < 4 * np.sqrt(end * (1 - end) / len(said)) + 1e-3
    assert len(set(said)) > 100


def test_a_draw_depends_on_the_place_and_the_seed_alone(model):
    texts = MADE.texts("qaa", 12)
    one = drawn(texts, model, temperature=1.0, tokens=8)
    assert drawn(texts, model, temperature=1.0, tokens=4096) == one
    assert drawn(texts.take(range(5)), model, temperature=1.0) == one[:5]
    assert drawn(texts, model, temperature=1.0, seed=1) != one


def test_next_to_no_temperature_takes_the_likeliest(model):
    texts = MADE.texts("qaa", 12)
    assert drawn(texts, model, temperature=1e-5) == drawn(texts, model)
    with pytest.raises(BadSetting, match="beams must be at least 1 and temperature at least 0"):
        drawn(texts, model, temperature=1.0, beams=2)
