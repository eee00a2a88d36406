"""The union of tokenizers reads what each of them reads."""

import json
import math

import pytest
from made_tokenizers import KINDS, bert, gpt2, xlmr
from tokenizers import Tokenizer, models

from calque.commons import sentences
from calque.errors import BadValue
from calque.values import Vocabulary
from calque.vocabulary.merged import merged

LINES = {code: [one.text for one in sentences(code, "train")][:80] for code in ("eng", "hin")}


@pytest.mark.parametrize("kind", KINDS)
def test_has_all_pieces_and_cuts_both_scripts_as_each_does(kind):
    both = [KINDS[kind](lines, 600) for lines in LINES.values()]
    made = merged(both)
    assert made.pieces[: len(both[0])] == both[0].pieces
    assert set(made.pieces) == set(both[0].pieces) | set(both[1].pieces)
    for own, lines in zip(both, LINES.values(), strict=True):
        counts = [sum(len(e.ids) for e in v.fast.encode_batch(lines)) for v in (own, made)]
        assert abs(counts[1] / counts[0] - 1) < 0.05
        unknown = made.special_id("unk")
        if unknown is not None and kind != "llama":
            assert not any(unknown in e.ids for e in made.fast.encode_batch(lines))
    assert merged([both[0], both[0]]).pieces == merged([both[0]]).pieces == both[0].pieces


def test_probabilities_are_means():
    both = [
        Vocabulary(
            Tokenizer(models.Unigram([("<u>", 0.0), *scored], unk_id=0)).to_str(), {"unk": "<u>"}
        )
        for scored in (
            [("a", math.log(0.5)), ("b", math.log(0.5))],
            [("b", math.log(0.1)), ("c", 0.0)],
        )
    ]
    scored = dict(json.loads(merged(both).tokenizer)["model"]["vocab"])
    assert [scored[p] for p in "abc"] == pytest.approx([math.log(p) for p in (0.25, 0.3, 0.5)])


def test_merges_are_interleaved_by_rank():
    def pairs(merges):
        vocab = {p: k for k, p in enumerate(["a", "b", "c", *(x + y for x, y in merges)])}
        return Vocabulary(Tokenizer(models.BPE(vocab, merges)).to_str(), {})

    made = merged([pairs([("a", "b"), ("ab", "c")]), pairs([("b", "c"), ("a", "b"), ("a", "bc")])])
    merges = [tuple(pair) for pair in json.loads(made.tokenizer)["model"]["merges"]]
    assert merges == [("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc")]


def test_refuses_what_it_cannot_do():
    lines = LINES["eng"]
    with pytest.raises(BadValue, match="BPE on bytes, WordPiece"):
        merged([bert(lines, 300), gpt2(lines, 300)])
    with pytest.raises(BadValue, match="at least one"):
        merged([])
    assert len(merged([xlmr(lines, 300)])) == 301
