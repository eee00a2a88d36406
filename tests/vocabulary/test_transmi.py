"""Vocabularies that read romanized text: what is added with which score, and what is cut as before."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

import calque
from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.models.sentences import sentences as sentences_of
from calque.models.swap import swap
from calque.models.vocabulary import vocabulary
from calque.roles import mixer
from calque.values import Checkpoint, Texts, Vocabulary
from calque.vocabulary.romanize import romanize
from calque.vocabulary.romanized import romanized
from calque.vocabulary.transmi import transmi

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "transmi.json").read_text("utf-8"))
MODES = {"max": "highest", "min": "lowest", "average": "mean"}
SPECIAL = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}


def unigram(scored: list[tuple[str, float]], added: tuple[str, ...] = ()) -> Vocabulary:
    """A Unigram tokenizer of these pieces, special ones first."""
    tokenizer = Tokenizer(models.Unigram([(p, 0.0) for p in [*SPECIAL.values()][:4]] + scored, 3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens([*SPECIAL.values(), *added])
    return Vocabulary(tokenizer.to_str(), dict(SPECIAL))


SMALL = [("▁", -3.0), ("▁да", -4.0), ("▁Да", -9.0), ("▁dа", -5.0), ("да", -6.0), ("▁da", -7.0)]
SMALL += [("▁тé", -4.0), ("▁те", -2.0), ("、", -1.0), ("d", -9.0), ("\u0301", -9.0)]


@pytest.mark.parametrize(("score", "wanted"), [("highest", -2.0), ("lowest", -4.0), ("mean", -3.0)])
def test_a_romanization_is_added_once_with_the_score_asked_for(score, wanted):
    old = unigram(SMALL)
    new = transmi(old, score=score)
    assert new.pieces[: len(old)] == old.pieces
    # ▁da is there, 、 becomes ", ", the accent nothing
    assert set(new.pieces[len(old) :]) == {"▁te", "da", "▁Da"}
    scores = dict(json.loads(new.tokenizer)["model"]["vocab"])
    assert scores["▁te"] == wanted and scores["da"] == -6.0


@cache
def golden() -> Vocabulary:
    """The vocabulary that the authors' code was given."""
    return unigram([(piece, score) for piece, score in GOLDEN["vocabulary"][4:-1]])


@pytest.mark.parametrize("mode", MODES)
def test_pieces_and_scores_are_those_of_the_authors_code(mode):
    """But for pieces with a space in them, which no text can have."""
    old = golden()
    assert list(old.pieces) == [piece for piece, _ in GOLDEN["vocabulary"]]
    new = transmi(old, score=MODES[mode])
    found = dict(json.loads(new.tokenizer)["model"]["vocab"][len(old) :])
    wanted = {piece: score for piece, score in GOLDEN["modes"][mode]["pieces"] if " " not in piece}
    assert set(found) == set(wanted) and len(found) > 100
    for piece, score in wanted.items():
        assert found[piece] == pytest.approx(score, abs=2e-5), piece
    assert list(new.pieces[len(old) :]) == sorted(found, key=lambda piece: -found[piece])


@cache
def both() -> tuple[Vocabulary, Vocabulary]:
    """Before and after."""
    return golden(), transmi(golden())


@pytest.mark.parametrize("language", ["hin", "arb"])
def test_text_in_other_scripts_is_cut_as_before(language):
    """All of it but ASCII digits and marks, of which new pieces consist."""
    old, new = both()
    for row in sentences(language, "test"):
        text = "".join(char for char in row.text if not char.isascii() or char == " ")
        assert new.fast.encode(text).ids == old.fast.encode(text).ids


@given(st.text(st.sampled_from("नदीकअलم الر abdehin12.,"), max_size=20))
def test_a_text_without_any_new_piece_is_cut_as_before(text):
    old, new = both()
    read = old.fast.normalizer.normalize_str(text)
    cut = "".join(piece for piece, _ in old.fast.pre_tokenizer.pre_tokenize_str(read))
    if not any(piece in cut for piece in new.pieces[len(old) :]):
        assert new.fast.encode(text).ids == old.fast.encode(text).ids


def test_romanized_text_is_cut_into_fewer_pieces_and_latin_text_may_be_cut_anew():
    old, new = both()
    hindi = romanize(
        Texts.of([row.text for row in sentences("hin", "test")[:40]], "hin"), rules="und"
    )
    counts = [sum(len(v.fast.encode(t)) for t in hindi.rewritten) for v in (old, new)]
    assert counts[1] < 0.75 * counts[0]
    english = [row.text for row in sentences("eng", "test")[:40]]
    changed = sum(old.fast.encode(t).ids != new.fast.encode(t).ids for t in english)
    assert changed > 0


def test_pieces_beside_the_model_keep_their_ids():
    old = unigram(SMALL, ("<extra>",))
    new = transmi(old)
    assert new.pieces[len(SMALL) + 4 : len(SMALL) + 6] == ("<mask>", "<extra>")
    assert new.special_id("mask") == old.special_id("mask")
    assert new.fast.encode("да <mask> те").tokens == old.fast.encode("да <mask> те").tokens


def test_wordpiece_gets_pieces_with_its_own_mark():
    old = mixer.example(0)[1]
    tokenizer = json.loads(old.tokenizer)
    tokenizer["model"]["vocab"] |= {"да": len(old), "##да": len(old) + 1, "##ж": len(old) + 2}
    old = Vocabulary(json.dumps(tokenizer), old.special)
    new = transmi(old)
    assert set(new.pieces[len(old) :]) == {"da", "##da", "##zh", "shu"}  # şu is among its words
    assert new.fast.encode("dada").tokens == ["da", "##da"]


def test_what_cannot_be_is_refused():
    with pytest.raises(BadSetting, match="score must be one of highest, lowest, mean, got 'max'"):
        transmi(unigram(SMALL), score="max")
    merges = Vocabulary(Tokenizer(models.BPE({"a": 0, "д": 1}, [])).to_str(), {})
    with pytest.raises(BadValue, match="a BPE tokenizer cannot have new pieces alone"):
        transmi(merges)


def test_a_vocabulary_without_special_pieces_or_anything_to_add():
    plain = Vocabulary(Tokenizer(models.Unigram([("a", -1.0), ("<0xAB>", -2.0)])).to_str(), {})
    assert transmi(plain).pieces == plain.pieces


def test_a_romanized_word_of_one_piece_is_read_as_the_word_was():
    """The whole way, through a model: with its row copied, nothing of it differs."""
    start = Checkpoint(Path(calque.__file__).parent / "toy" / "tiny-hin")
    old = vocabulary(start)
    new = transmi(old)
    mixture = romanized(old, new)
    model = swap(start, new, mixture)
    words, latin = [], []
    for row, piece in enumerate(new.pieces[len(old) :], start=len(old)):
        origin = mixture.origins(piece)[0][0]
        whole = piece.startswith("▁") and new.fast.encode(piece[1:]).ids[1:-1] == [row]
        if whole and len(old.fast.encode(origin[1:]).ids) == 3:
            words.append(origin[1:])
            latin.append(piece[1:])
    assert len(words) > 100
    wanted = sentences_of(start, Texts.of(words))
    np.testing.assert_allclose(sentences_of(model, Texts.of(latin)), wanted, atol=1e-5)
    unread = sentences_of(start, Texts.of(latin))
    assert np.abs(unread - wanted).max(axis=1).min() > 0.05  # before, none of them was


def test_real_romanized_sentences_are_cut_into_fewer_pieces(data_folder):
    """Of another kind of text than the pieces were learned from."""
    old, new = both()
    lines = (data_folder / "sib-200" / "hin_Deva" / "dev.tsv").read_text("utf-8").split("\n")[1:41]
    view = romanize(Texts.of([line.split("\t")[2] for line in lines], "hin"), rules="und")
    before, after = (sum(len(v.fast.encode(text)) for text in view.rewritten) for v in (old, new))
    assert after < 0.8 * before
