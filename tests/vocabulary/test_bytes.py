"""Bytes as pieces."""

import unicodedata

import transformers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import pre_tokenizers

from calque.languages.scripts import dominant_script
from calque.models.fresh import fresh
from calque.models.vocabulary import vocabulary
from calque.vocabulary.bytes import bytes as byte_pieces

SCRIPTS = {
    "Latn": "Ich weiß ‒ naïve  façade",
    "Cyrl": "маленькая собака",
    "Grek": "Το μικρό σκυλί",
    "Arab": "الكَلب الصغير",
    "Hebr": "שָׁלוֹם",
    "Deva": "छोटा कुत्ता",
    "Thai": "สุนัขตัวเล็ก",
    "Ethi": "ትንሽ ውሻ",
    "Hani": "小狗在家",
    "Hang": "작은 개",
}
WORDS = byte_pieces()


def cut(text):
    return WORDS.fast.encode(text, add_special_tokens=False).ids


def test_a_piece_is_a_byte():
    assert len(WORDS) == 261
    assert set(WORDS.pieces[5:]) == set(pre_tokenizers.ByteLevel.alphabet())
    assert cut("aé\n") == [byte + 5 for byte in "aé\n".encode()]
    everything = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) != "Cs"]
    text = "".join(everything[::97])
    assert cut(text) == [byte + 5 for byte in text.encode()]


def test_every_script_comes_back():
    for script, text in SCRIPTS.items():
        assert dominant_script(text) == script
        assert WORDS.fast.decode(cut(text)) == text
        assert WORDS.special_id("unk") not in cut(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back(text):
    if not any(piece in text for piece in WORDS.special.values()):
        assert cut(text) == [byte + 5 for byte in text.encode()]
    assert WORDS.fast.decode(cut(text), skip_special_tokens=False) == text


def test_words_are_what_white_space_parts():
    encoding = WORDS.fast.encode(" two  words\n", add_special_tokens=False)
    spans = {}
    for word, piece in zip(encoding.word_ids, encoding.ids, strict=True):
        spans[word] = spans.get(word, "") + chr(piece - 5)
    assert list(spans.values()) == [" two", " ", " words", "\n"]
    assert WORDS.encode_words([["é", "", "x"]]) == [[[0xC3 + 5, 0xA9 + 5], [], [ord("x") + 5]]]


def test_transformers_loads_it_as_a_fast_tokenizer():
    made = fresh(WORDS, width=32, layers=1)
    tokenizer = transformers.AutoTokenizer.from_pretrained(made.folder)
    assert tokenizer.is_fast and len(tokenizer) == 261
    ids = tokenizer("小狗", "a")["input_ids"]
    assert ids == [2, *(b + 5 for b in "小狗".encode()), 3, ord("a") + 5, 3]
    assert tokenizer.decode(ids, skip_special_tokens=True) == "小狗a"
    assert (tokenizer.pad_token_id, tokenizer.mask_token_id) == (0, 4)
    assert vocabulary(made).pieces == WORDS.pieces
