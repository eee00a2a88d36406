"""What the same content costs in two languages."""

import pytest
from made_tokenizers import gpt2
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.commons import sentences
from calque.values import Bitext, Vocabulary
from calque.vocabulary.parity import parity


def test_by_hand():
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0, "a": 1, "##b": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words = Vocabulary(tokenizer.to_str(), {"unk": "[UNK]"})
    bitext = Bitext.of([("a", "abb"), ("a a a", "ab a"), ("a", " "), ("", "")], "eng", "swh")
    assert parity(words, bitext).rows[0] == {
        "source": "eng",
        "target": "swh",
        "source_pieces": 4,
        "target_pieces": 6,
        "premium": 1.5,
        "median": 2.0,
        "skipped": 2,
    }
    assert parity(words, Bitext.of([])).rows[0]["premium"] == 0


def test_a_language_pays_less_once_the_tokenizer_has_seen_it():
    lines = {c: [one.text for one in sentences(c, "train")][:150] for c in ("eng", "hin")}
    bitext = Bitext.of(zip(lines["eng"], lines["hin"], strict=True), "eng", "hin")
    english, both = gpt2(lines["eng"], 800), gpt2(lines["eng"] + lines["hin"], 800)
    before, after = (parity(v, bitext).rows[0]["premium"] for v in (english, both))
    assert before > 3 and after < 0.5 * before
    turned = parity(english, bitext.swapped).rows[0]["premium"]
    assert turned == pytest.approx(1 / before)
