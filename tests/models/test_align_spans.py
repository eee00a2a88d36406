"""Links from spans: the same in any batches, words from pieces, and any input."""

import json

import numpy as np
import pytest
import torch
from golden import word_align_spans

from calque.errors import BadFile, BadSetting
from calque.models.align_spans import align_spans, by_word
from calque.models.folder import open_tokenizer
from calque.models.marked import MARK, links_from, marked
from calque.models.tune_spans import tune_spans
from calque.values import Bitext, Links

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def trained(tiny, drawn):
    bitext = drawn(4)
    links = [Links(np.array([[0, 0]]), (len(x.split()), len(y.split()))) for x, y in bitext]
    return tune_spans(tiny("bert"), bitext, links, epochs=1)


def test_batches_change_nothing(trained, drawn):
    bitext = drawn(12)
    whole = align_spans(bitext, trained, above=0.0)
    assert sum(map(len, whole)) > 12
    for row, links in enumerate(whole):
        (alone,) = align_spans(bitext.take([row]), trained, above=0.0, tokens=1)
        np.testing.assert_allclose(links.scores(), alone.scores(), rtol=1e-4, atol=1e-6)


def test_spans_begin_at_first_and_end_at_last_pieces(tiny):
    tokenizer = open_tokenizer(tiny("bert"))
    tokenizer.add_tokens([MARK], special_tokens=True)
    sides = [[["cat"]], [["kleine", "Hund", "\u200b", "Katze"]]]
    inputs = marked(tokenizer, sides, maximum=40)
    windows = inputs.windows(np.array([0, 1]))
    width = max(map(len, windows.ids)) + 3
    place = np.arange(2 * width, dtype=float).reshape(2, width)
    start, end, null, words = by_word(windows, place, -place)
    assert [one.tolist() for one in words] == [[0, 1, 3], [0]]
    for row in range(2):
        for column, word in enumerate(words[row]):
            own = np.flatnonzero(windows.words[row] == word)
            assert start[row, column] == place[row, own[0]]
            assert end[row, column] == -place[row, own[-1]]
    assert np.isinf(start[1, 1:]).all() and np.isinf(end[1, 1:]).all()
    assert null.tolist() == [0, 0]


def test_links_from_answers_are_those_of_the_authors(tiny):
    theirs = json.loads((word_align_spans.HERE / "word_align_spans.json").read_text("utf-8"))
    drawn = word_align_spans.answers()
    tokenizer = open_tokenizer(tiny("bert"))
    tokenizer.add_tokens([MARK], special_tokens=True)

    def said(model, inputs):
        for row in range(len(inputs)):
            spans = drawn[inputs.pair[row]][inputs.side[row]]
            first, last, share = spans[inputs.word[row]]
            words = np.arange(int(first), int(last) + 1) if first >= 0 else np.arange(0)
            yield row, words, np.full(len(words), share)

    rows = [tuple(" ".join(["cat"] * len(one)) for one in both) for both in drawn]
    found = links_from(Bitext.of(rows, tokenized=True), (None, tokenizer, 64), said, 0.4)
    assert [one.pairs.tolist() for one in found] == theirs["links"]
    assert sum(map(len, found)) > 30


def test_odd_pairs(trained):
    rows = [("", "cat"), ("\u200b dog", "Hund"), ("cat " * 60, "Hund " * 50), ("שלום", "الكلب")]
    found = align_spans(Bitext.of(rows, tokenized=True), trained, above=0.0)
    assert [one.size for one in found] == [(0, 1), (2, 1), (60, 50), (1, 1)]
    assert all(np.isfinite(one.score).all() and (one.score <= 1).all() for one in found)
    assert set(found[1].pairs[:, 0].tolist()) <= {1}
    assert align_spans(Bitext.of([]), trained) == []


def test_what_makes_no_sense_is_refused(trained, tiny, drawn):
    with pytest.raises(BadSetting, match="above must lie in"):
        align_spans(drawn(2), trained, above=-0.1)
    with pytest.raises(BadFile, match=r"models\.tune_spans"):
        align_spans(drawn(2), tiny("bert"))
