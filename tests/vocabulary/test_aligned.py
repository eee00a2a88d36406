"""Old pieces that lie where a new one lies: by hand, with every kind of marks, in odd texts."""

import numpy as np
import pytest
from small_tokenizers import byte_level, sentencepiece, unigram, wordpiece

from calque.values import Texts
from calque.vocabulary.aligned import aligned

TEXTS = Texts.of(["cats scat", "", "so cats", " cats  oat"])
PIECE = wordpiece(["cat", *"catso"], ["cat", "at", *"catso"])
SENTENCE = sentencepiece(["a t", "c at", "▁ cat"], "catso")
BYTE = byte_level(["a t", "c at", "Ġ cat"])


@pytest.mark.parametrize(("old", "cat"), [(PIECE, "cat"), (SENTENCE, "▁cat"), (BYTE, "Ġcat")])
@pytest.mark.parametrize(
    "new",
    [
        wordpiece(["cats", "scat", "so", "oat"]),
        sentencepiece(
            ["a t", "c at", "cat s", "▁ cats", "s cat", "▁ scat", "s o", "▁ so", "o at", "▁ oat"], "catso"
        ),
    ],
)  # fmt: skip
def test_any_marks(old, cat, new):
    mixture = aligned(old, new, TEXTS)
    found = dict(mixture.origins("▁cats" if "▁cats" in new.pieces else "cats"))
    if old is not BYTE:
        mark = "##" if old is PIECE else ""
        assert found == pytest.approx({cat: 0.5, f"{mark}s": 0.5})
    else:  # the first word of a text has no space before it
        assert found == pytest.approx({"Ġcat": 1 / 3, "cat": 1 / 6, "s": 1 / 2})
    assert sum(weight for _, weight in mixture.origins(new.pieces[-1])) == pytest.approx(1)


def test_places_count_and_each_is_a_mean():
    """ats stands in cats twice beside at and s, in oats once as a, t, s."""
    old = wordpiece(["ca", "o", "t"], ["ts", "at", "s", "a", "t"])
    new = wordpiece(["c", "o"], ["ats"])
    mixture = aligned(old, new, Texts.of(["oats cats", "oats"]))
    # oats: o ##at ##s; cats: ca ##ts, of which ##ts alone lies within ##ats
    assert dict(mixture.origins("##ats")) == pytest.approx(
        {"##at": 1 / 3, "##s": 1 / 3, "##ts": 1 / 3}
    )
    # c lies within ca
    assert mixture.origins("c") == [("ca", 1.0)]
    assert mixture.origins("o") == [("o", 1.0)]


def test_what_no_text_shows_is_unknown_and_what_both_have_is_copied():
    new = unigram(["▁cat", "▁cats", "▁dog", "s"])
    old = unigram(["▁cat", "s", "▁d"])
    mixture = aligned(old, new, TEXTS)
    assert mixture.origins("▁dog") == []
    assert mixture.origins("▁cat") == [("▁cat", 1.0)]
    assert dict(mixture.origins("▁cats")) == {"▁cat": 0.5, "s": 0.5}


@pytest.mark.parametrize("texts", [[], [""], ["\u200b"], ["שלום"], ["zzz"], ["   "]])
def test_texts_that_show_nothing(texts):
    new = unigram(["▁cats"])
    assert aligned(unigram(["▁cat", "s"]), new, Texts.of(texts)).origins("▁cats") == []


def test_letters_of_several_bytes_and_long_texts():
    new, old = wordpiece(["été"], []), byte_level([])
    mixture = aligned(old, new, Texts.of(["un été " * 3000]))
    assert dict(mixture.origins("été")) == pytest.approx({"Ã": 0.4, "©": 0.4, "t": 0.2})
    assert np.diff(mixture.matrix.indptr).sum() == 3


def test_many_texts_are_cut_in_chunks(monkeypatch):
    from calque.vocabulary import aligned as module

    whole = aligned(PIECE, wordpiece(["cats", "scat"]), Texts.of(list(TEXTS) * 50))
    monkeypatch.setattr(module, "_CHUNK", 7)
    parts = aligned(PIECE, wordpiece(["cats", "scat"]), Texts.of(list(TEXTS) * 50))
    np.testing.assert_allclose(parts.matrix.toarray(), whole.matrix.toarray())
