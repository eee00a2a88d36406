"""Several translations of a text: ordered, begun as asked; none made twice."""

import logging

import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.models.fresh_translator import fresh_translator
from calque.models.n_best import n_best
from calque.models.translate import translate
from calque.synthetic import family
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs

torch.set_num_threads(1)
MADE = family(languages=2, concepts=40, topics=2, seed=1)


@pytest.fixture(scope="module")
def model():
    both = Texts.of([*MADE.texts("qaa", 100), *MADE.texts("qab", 100)], "mul")
    return fresh_translator(
        byte_pairs(both, size=300), languages=["qaa", "qab"], width=32, layers=1, longest=64
    )


def test_the_best_are_ordered_and_the_first_of_one_beam_is_the_translation(model):
    texts = Texts.of(MADE.texts("qaa", 4), "qaa")
    lines = n_best(texts, model, language="qab", best=4)
    for line, scores in zip(lines, lines.table["scores"].to_pylist(), strict=True):
        found = line.split("\t")
        assert len(set(found)) == len(found) == len(scores) <= 4
        assert scores == sorted(scores, reverse=True)
    one = n_best(texts, model, language="qab", best=1)
    plain = translate(texts, model, language="qab").rewritten
    assert list(one) == [" ".join(text.split()) for text in plain]
    assert lines.language == "qab"


def test_translations_begin_as_asked(model):
    sources = list(MADE.texts("qaa", 3))
    words = [text.split()[0] for text in MADE.texts("qab", 2)]
    begun = Texts.of([*words, ""], "qab")
    lines = n_best(Texts.of(sources, "qaa"), model, begun, language="qab", best=2, tokens=32)
    assert all(
        found.startswith(prefix)
        for line, prefix in zip(lines, begun, strict=True)
        for found in line.split("\t")
    )


def test_what_has_no_translation_is_said(model, caplog):
    texts = Texts.of(["", "hef " * 90, "hef"], "qaa")
    with caplog.at_level(logging.WARNING):
        lines = n_best(texts, model, language="qab", best=2)
    assert lines.table["trouble"].to_pylist() == ["", "longer than the model takes", ""]
    assert list(lines)[:2] == ["", ""] and "1 of 3 texts" in caplog.text
    with pytest.raises(BadSetting, match="beams at least best"):
        n_best(texts, model, language="qab", best=3, beams=2)
    with pytest.raises(BadValue, match="3 texts, but prefixes of 1"):
        n_best(texts, model, Texts.of(["a"]), language="qab")


def test_nothing_is_translated_twice(model, monkeypatch):
    texts = Texts.of(["hef yo", "hef yo", "yo"], "qaa")
    first = translate(texts, model, language="qab", beams=2).rewritten.table
    asked = []
    from calque.models.translate import _Speaker

    say = _Speaker.say

    def counted(self, texts, *others):
        asked.extend(texts)
        return say(self, texts, *others)

    monkeypatch.setattr(_Speaker, "say", counted)
    more = Texts.of(["new", *texts], "qaa")
    again = translate(more, model, language="qab", beams=2).rewritten.table
    assert asked == ["new"]
    assert again.slice(1).to_pylist() == first.to_pylist()
    translate(texts, model, language="qaa", beams=2)
    assert asked == ["new", "hef yo", "yo"]
