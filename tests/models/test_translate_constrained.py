import numpy as np
import pyarrow as pa
import pytest

from calque.errors import BadSetting
from calque.models.fresh_translator import fresh_translator
from calque.models.translate import translate
from calque.models.translate_constrained import NOT_FOUND, TOO_LONG, translate_constrained
from calque.synthetic import family
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs

MADE = family(languages=2, concepts=40, topics=2, seed=1)
TEXTS = MADE.texts("qaa", 6, of="questions")


@pytest.fixture(scope="module")
def model():
    """Weights are random: what it says is nothing, but what it must say it must."""
    vocabulary = byte_pairs(MADE.texts("qaa", 100), size=400)
    return fresh_translator(vocabulary, languages=["qaa", "qab"], width=32, layers=1, longest=48)


def asking(phrases):
    column = pa.array(phrases, pa.list_(pa.string()))
    return Texts(
        TEXTS.take(range(len(phrases))).table.append_column("constraints", column), "qaa", True
    )


def test_every_translation_holds_its_phrases(model):
    phrases = [["Ankara bo"], [], ["xyz", "7"], None, ["", "été"], ["a a"]]
    view = translate_constrained(asking(phrases), model, language="qab", beams=2)
    for own, said in zip(phrases, view.rewritten, strict=True):
        assert all(phrase in said for phrase in own or ())
    assert set(view.rewritten.table["trouble"].to_pylist()) == {""}
    assert view.rewritten.language == "qab" and list(view.original) == list(TEXTS)
    scores = np.array(view.rewritten.table["score"].to_pylist())
    assert (scores < 0).all()


def test_without_phrases_one_beam_is_greedy(model):
    ours = translate_constrained(TEXTS, model, language="qab", beams=1)
    theirs = translate(TEXTS, model, language="qab", beams=1)
    for one, other in zip(ours.rewritten, theirs.rewritten, strict=True):
        long = min(len(one), len(other)) - 4  # cut off at lengths of their own, within a character
        assert long > 20 and one[:long] == other[:long]
    scores = [one.rewritten.table["score"].to_pylist() for one in (ours, theirs)]
    np.testing.assert_allclose(*scores, atol=0.1)  # one that was cut off has no end to count


def test_what_cannot_be_is_said(model, caplog):
    texts = Texts(
        pa.table({"text": ["", "w " * 100, "a"], "constraints": [["x"], ["x"], ["x" * 90]]}), "qaa"
    )
    view = translate_constrained(texts, model, language="qab")
    assert list(view.rewritten) == ["", "", ""]
    assert view.rewritten.table["trouble"].to_pylist() == ["", TOO_LONG, NOT_FOUND]
    assert "2 of 3 texts have no translation" in caplog.text
    with pytest.raises(BadSetting, match="beams must be at least 1"):
        translate_constrained(texts, model, language="qab", beams=0)
    assert len(translate_constrained(texts.take([]), model, language="qab")) == 0
