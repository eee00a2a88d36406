"""Figures by pair, frequency, script and tag: against brute force, and parts that add up."""

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.evaluation.links_by_frequency import links_by_frequency
from calque.evaluation.links_by_pair import links_by_pair
from calque.evaluation.links_by_script import links_by_script
from calque.evaluation.links_by_tag import links_by_tag
from calque.values import Bitext, Labelled, Links, Texts

COUNTED = ("predicted", "sure", "right_sure", "right_possible")
WORDS = ["dog", "Ζεύς", "дом", "42", "कुत्ता", "!"]
SCRIPTS = {"dog": "Latn", "Ζεύς": "Grek", "дом": "Cyrl", "42": "none", "कुत्ता": "Deva", "!": "none"}


@pytest.fixture(params=["source", "target"])
def case(request, some_links):
    """Predictions, gold, words of one side, and the bitext that has them on that side."""
    made, gold = some_links(7, n=60)
    axis = 0 if request.param == "source" else 1
    generator = np.random.default_rng(3)
    words = [generator.choice(WORDS, one.size[axis]).tolist() for one in gold]
    rows = []
    for one, some in zip(gold, words, strict=True):
        other = " ".join("x" * one.size[1 - axis])
        rows.append((" ".join(some), other) if axis == 0 else (other, " ".join(some)))
    return made, gold, words, Bitext.of(rows, tokenized=True), request.param


def check(table, column, label_of, case, plain):
    """Every group's counts and figures, by sets; and all groups together are the whole."""
    made, gold, words, _, side = case
    axis = 0 if side == "source" else 1
    for row in table:
        alone = plain(
            made,
            gold,
            lambda pair, *cell, row=row: label_of(words[pair][cell[axis]]) == row[column],
        )
        assert tuple(row[name] for name in COUNTED) == alone.counts
        assert row["aer"] == pytest.approx(float(alone.figures["aer"]))
        assert row["aer_low"] <= row["aer"] <= row["aer_high"]
        assert row["link_f1"] == pytest.approx(float(alone.figures["link_f1"]))
        assert row["words"] == sum(label_of(word) == row[column] for some in words for word in some)
        assert row["side"] == side
    sums = tuple(sum(row[name] for row in table) for name in COUNTED)
    assert sums == plain(made, gold).counts


def test_by_script(case, plain):
    made, gold, _, bitext, side = case
    table = links_by_script(made, gold, bitext, side=side, boot=30)
    assert {row["script"] for row in table} == {"Latn", "Grek", "Cyrl", "Deva", "none"}
    assert [row["words"] for row in table] == sorted((r["words"] for r in table), reverse=True)
    check(table, "script", SCRIPTS.__getitem__, case, plain)


def test_by_frequency(case, plain):
    """Seen 0, 1, 2, 5, 6 and 21 times, in other letter case and decomposed."""
    made, gold, _, bitext, side = case
    times = {"DOG": 1, "Ζεύς": 2, "дом": 5, "42": 6, "कुत्ता": 21}
    texts = [" ".join([word] * count) for word, count in times.items()]
    text = Bitext.of([(t, t) for t in texts], tokenized=True)
    table = links_by_frequency(made, gold, bitext, text, side=side, boot=30)
    assert [row["seen"] for row in table] == ["unseen", "1", "2-5", "6-20", "more"]
    bands = {"dog": "1", "Ζεύς": "2-5", "дом": "2-5", "42": "6-20", "कुत्ता": "more", "!": "unseen"}
    check(table, "seen", bands.__getitem__, case, plain)
    alone = Texts.of(texts, tokenized=True)
    assert links_by_frequency(made, gold, bitext, alone, side=side, boot=30).rows == table.rows


def test_by_tag(case, plain):
    made, gold, words, _, side = case
    tags = {
        "dog": "NOUN",
        "Ζεύς": "PROPN",
        "дом": "NOUN",
        "42": "NUM",
        "कुत्ता": "NOUN",
        "!": "PUNCT",
    }
    rows = [{"words": some, "tags": [tags[word] for word in some]} for some in words]
    table = links_by_tag(made, gold, Labelled.of(rows, "tags"), side=side, boot=30)
    assert table.rows[0]["tag"] == "NOUN"
    check(table, "tag", tags.__getitem__, case, plain)


def test_by_pair(some_links, plain):
    made, gold = some_links(11)
    table = links_by_pair(made, gold)
    assert [row["pair"] for row in table] == list(range(1, len(gold) + 1))
    assert any(row["aer"] is None for row in table)
    for row, one, right in zip(table, made, gold, strict=True):
        alone = plain([one], [right])
        assert tuple(row[name] for name in COUNTED) == alone.counts
        assert (row["source_words"], row["target_words"]) == right.size
        if alone.counts[1]:
            assert row["aer"] == pytest.approx(float(alone.figures["aer"]))
            assert row["link_recall"] == pytest.approx(float(alone.figures["link_recall"]))
        else:
            assert row["link_recall"] is None
            assert (row["aer"] is None) == (alone.counts[0] == 0)
    assert len(links_by_pair([], [])) == 0


def test_words_must_be_those_of_the_gold(some_links):
    made = [Links(np.zeros((0, 2)), (2, 1))]
    with pytest.raises(BadValue, match=r"pair 1 has 3 source words, its links count 2; .*alike"):
        links_by_script(made, made, Bitext.of([("a b c", "d")], tokenized=True))
    with pytest.raises(BadValue, match="2 sentences, links of 1 pairs"):
        links_by_script(made, made, Bitext.of([("a b", "d"), ("a", "b")], tokenized=True))
    with pytest.raises(BadSetting, match="side must be 'source' or 'target', got 'left'"):
        links_by_script(made, made, Bitext.of([("a b", "d")], tokenized=True), side="left")
    tagged = Labelled.of([{"text": "a", "label": "b"}], "class")
    with pytest.raises(BadValue, match="examples of the task 'class' have no tag per word"):
        links_by_tag(made, made, tagged)


def test_a_prediction_beyond_the_sentence_is_told():
    """Links without sentences may be wider than they should: the next sentence's word is not meant."""
    bare = [Links(np.array([[1, 0]]), (2, 1)), Links(np.array([[0, 0]]), (1, 1))]
    wide = [Links(np.array([[2, 0]]), (3, 1)), bare[1]]
    bitext = Bitext.of([("a b", "c"), ("d", "e")], tokenized=True)
    with pytest.raises(BadValue, match=r"pair 1: a predicted link names source word 2, .* of 2"):
        links_by_script(wide, bare, bitext)


def test_raw_text_is_cut_into_words():
    made = [Links(np.array([[0, 0], [2, 1]]), (3, 2))]
    table = links_by_script(made, made, Bitext.of([("Haus!дом", "犬!")]), boot=5)
    assert {row["script"]: row["words"] for row in table} == {"Latn": 1, "none": 1, "Cyrl": 1}


def test_a_rare_group_has_an_interval_of_its_own_pairs():
    """One pair of fifty has the word: drawing all pairs would often draw none of them."""
    size = (1, 1)
    gold = [Links(np.array([[0, 0]]), size)] * 50
    bitext = Bitext.of([("дом" if k == 7 else "dog", "x") for k in range(50)], tokenized=True)
    row = list(links_by_script(gold, gold, bitext, boot=100))[-1]
    assert (row["script"], row["aer"], row["aer_low"], row["aer_high"]) == ("Cyrl", 0, 0, 0)
