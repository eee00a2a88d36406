"""Odd tokenizers and texts: every mixer and surgery gives a right answer or one located error."""

import json

import numpy as np
import pytest
from made_tokenizers import bert, gpt2, llama, xlmr
from small_tokenizers import byte_level, ended, unigram
from tokenizers import AddedToken, Tokenizer, models

from calque import registry
from calque.errors import CalqueError
from calque.languages.words import words_of
from calque.values import Bitext, Lexicon, Links, Mixture, Space, Texts, Vocabulary
from calque.vocabulary.by_script import by_script
from calque.vocabulary.extend import extend
from calque.vocabulary.merged import merged
from calque.vocabulary.split import split
from calque.vocabulary.surface import surface
from calque.vocabulary.trim import trim

LINES = (
    "the cat sat on the mat",
    "dogs and cats, 7 of them!",
    "привет мир, cat",
    "北京 is big",
) * 4


def added(vocabulary, *tokens):
    cutter = Tokenizer.from_str(vocabulary.tokenizer)
    cutter.add_tokens(list(tokens))
    return Vocabulary(cutter.to_str(), vocabulary.special)


def changed(vocabulary, special=None, **settings):
    state = json.loads(vocabulary.tokenizer)
    state["model"] |= settings
    return Vocabulary(json.dumps(state), vocabulary.special if special is None else special)


def with_gaps(vocabulary):
    vocab = json.loads(vocabulary.tokenizer)["model"]["vocab"]
    return changed(vocabulary, vocab={p: k + 5 * (k > 20) for p, k in vocab.items()})


ODD = {
    "no unknown piece, WordPiece": changed(bert(LINES, 150), {}, unk_token="[NOPE]"),
    "no unknown piece, Unigram": changed(xlmr(LINES, 100), {}, unk_id=None),
    "special pieces without a role": changed(llama(LINES, 320), {}),
    "an alphabet of its own": Vocabulary(
        Tokenizer(models.Unigram([("▁☃", -1.0), ("☃", -2.0), ("☂", -3.0)])).to_str(), {}
    ),
    "two pieces that read alike": added(byte_level(["Ã ©"]), "é"),
    "gaps": with_gaps(gpt2(LINES, 280)),
    "bytes and gaps": with_gaps(llama(LINES, 320)),
    "added tokens": added(
        xlmr(LINES, 100), "Bundesliga", "cat dog", AddedToken("<x>", special=True)
    ),
    "words that show their ends": ended(["c a", "ca t</w>"], "catdogs,"),
    "nothing but special pieces": unigram([]),
    "words": Vocabulary(
        Tokenizer(models.WordLevel({"<unk>": 0, "cat": 1, "привет": 2}, "<unk>")).to_str(),
        {"unk": "<unk>", "pad": "<nope>"},
    ),
}
TEXTS = {
    "plain": [*LINES[:4]],
    "none": [],
    "empty": ["", "  "],
    "one": ["cat"],
    "huge": ["cat " * 300 + "x" * 3000],
    "right to left": ["שלום עולם", "مرحبا"],
    "decomposed": ["cafe\u0301 e\u0301te\u0301"],
    "zero width": ["\u200b\u200d \ufeff", "c\u200bat"],
}
MIXERS = [name for name, info in registry.parts().items() if info.role == "mixer"]


def evidence(old, new, lines):
    generator = np.random.default_rng(0)
    sizes = [len(words_of(line, False)) for line in lines]
    spaces = [
        Space(names, generator.standard_normal((len(names), 4)))
        for names in (tuple(p for p in one.pieces if p) for one in (old, new))
    ]
    return {
        "bitext": Bitext.of([(line, line) for line in lines], "eng", "qaa"),
        "links": [Links(np.stack([np.arange(n)] * 2, axis=1), (n, n)) for n in sizes],
        "lexicon": Lexicon.of([("the cat", "cat dog", 1.0), ("☃", "☃☃ привет", 2.0)], "eng", "qaa"),
        "old_texts": Texts.of(lines, "eng"),
        "new_texts": Texts.of(lines, "qaa"),
        "old_vectors": spaces[0],
        "new_vectors": spaces[1],
        "mixtures": [surface(old, new)],
    }


def tried(name, old, new, lines):
    """The mixture; None where an error says what is wrong."""
    given = evidence(old, new, lines)
    wanted = [p.name for p in registry.parts()[name].parameters if p.name in given]
    try:
        return registry.part(name)(old, new, **{one: given[one] for one in wanted})
    except CalqueError as error:
        assert "Vocabulary: cannot cut" in str(error) or str(error).startswith(f"{name}: ")
        return None


@pytest.mark.parametrize("name", MIXERS)
@pytest.mark.parametrize("kind", ODD)
def test_mixers_take_no_special_piece_or_gap_for_text(name, kind):
    usual = gpt2(LINES, 280)
    for old, new in ((ODD[kind], usual), (ODD["added tokens"], ODD[kind])):
        mixture = tried(name, old, new, TEXTS["plain"])
        if mixture is None:
            continue
        assert np.isfinite(mixture.matrix.data).all() and (mixture.matrix.data > 0).all()
        cells = mixture.matrix.tocoo()
        speaking = np.array([text != "" for text in new.readings])[cells.row]
        assert all(old.readings[column] for column in cells.col[speaking].tolist())
        assert all(new.pieces[row] for row in cells.row.tolist())


@pytest.mark.parametrize("name", MIXERS)
@pytest.mark.parametrize("text", TEXTS)
def test_mixers_bear_any_text(name, text):
    mixture = tried(name, bert(LINES, 150), ODD["added tokens"], TEXTS[text])
    assert isinstance(mixture, Mixture) and np.isfinite(mixture.matrix.data).all()


SURGERIES = {
    "trim": lambda old, lines: trim(old, [Texts.of(lines)], least=1e-3),
    "by_script": lambda old, lines: by_script(old, [Texts.of(lines)]),
    "extend": lambda old, lines: extend(old, bert(LINES, 150), Texts.of(lines), most=9),
    "split": lambda old, lines: split(old, [Texts.of(lines, c) for c in ("eng", "swh")], most=9),
    "merged": lambda old, lines: merged([old, old]),
}


@pytest.mark.parametrize("surgery", SURGERIES)
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("text", ["plain", "none", "zero width"])
def test_surgeries_keep_rows_and_cuts(surgery, kind, text):
    old, lines = ODD[kind], TEXTS[text]
    try:
        new = SURGERIES[surgery](old, lines)
    except CalqueError as error:
        assert str(error).startswith((f"vocabulary.{surgery}: ", "Vocabulary: cannot cut"))
        return
    mixture = surface(old, new)
    for piece, reading in zip(new.pieces, new.readings, strict=True):
        if reading and piece in old.pieces:
            assert mixture.origins(piece) == [(piece, 1.0)]
    for line in filter(old.knows, lines):
        tokens = [one.encode([line])[0].tokens for one in (old, new)]
        if set(tokens[0]) <= set(new.pieces) and set(tokens[1]) <= set(old.pieces):
            assert tokens[0] == tokens[1]


@pytest.mark.parametrize("name", ["vocabulary.merges", "vocabulary.translated"])
def test_what_a_tokenizer_without_an_unknown_piece_lacks_is_unknown(name):
    old, new = ODD["no unknown piece, WordPiece"], unigram(["▁cat", "▁☃", "▁☃cat"])
    mixture = tried(name, old, new, [])
    assert mixture is not None and mixture.known[1] and not mixture.known[2:].any()
