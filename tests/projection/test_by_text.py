"""Spans found by their own words: by hand, and against what was planted into copies with misspellings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.errors import BadSetting, BadValue
from calque.projection.by_markers import by_markers
from calque.projection.by_text import by_text
from calque.synthetic import family
from calque.values import Labelled, Texts, View


def found(text, *named, **options):
    """Where (words, type) of a source text went in `text`: its tags, and outcome and confidence of each."""
    words = [word for name, _ in named for word in name.split()]
    tags = [f"{'BI'[k > 0]}-{kind}" for name, kind in named for k in range(len(name.split()))]
    examples = Labelled.of([{"words": words, "tags": tags}], "tags", "swh")
    view = View.whole(
        Texts.of([" ".join(words)], tokenized=True), Texts.of([text], "swh", tokenized=True)
    )
    (row,) = by_text(examples, view, **options)
    told = [(e["outcome"], pytest.approx(e["confidence"], abs=1e-3)) for e in row["account"]]
    return " ".join(row["tags"]), told


KEPT = ("kept", 1.0)


def test_its_own_words_wherever_they_stand():
    assert found("mjini NEW York Asha aliona", ("Asha", "PER"), ("New York", "LOC")) == (
        "O B-LOC I-LOC B-PER O", [KEPT, KEPT],
    )  # fmt: skip
    assert found("NewYork leo", ("New York", "LOC")) == ("B-LOC O", [KEPT])
    assert found("東京 に", ("東 京", "LOC")) == ("B-LOC O", [KEPT])


def test_long_spans_choose_first_and_equal_ones_share():
    assert found("York na New York", ("York", "PER"), ("New York", "LOC")) == (
        "B-PER O B-LOC I-LOC", [KEPT, KEPT],
    )  # fmt: skip
    tags, told = found("Asha na Juma", ("Asha", "PER"), ("Asha", "LOC"))
    assert (tags, told) == ("B-PER O O", [KEPT, ("lost", 0)])
    assert found("Asha na Asha", ("Asha", "PER"), ("Asha", "LOC"))[0] == "B-PER O B-LOC"


def test_the_likest_words_where_its_own_are_gone():
    tags, told = found("mtu wa Nairobii leo", ("Nairobi", "LOC"))
    assert (tags, told) == ("O O B-LOC O", [("changed", 14 / 15)])
    assert found("mtu wa Nairobii leo", ("Nairobi", "LOC"), ratio=1.0)[1] == [("lost", 0)]
    assert found("Ghana", ("Mto Ghana", "LOC"), ratio=0.7)[1] == [("changed", 10 / 13)]
    assert found("", ("Nairobi", "LOC")) == ("", [("lost", 0)])


def test_copies_give_gold_and_misspelt_ones_lose_what_is_no_longer_alike():
    world = family(languages=2, seed=3)
    gold = world.labelled("ner", "qaa", 200, 0)
    same = Texts.of([" ".join(row["words"]) for row in gold], tokenized=True)
    made = by_text(gold, View.whole(same, same))
    spelled = [[t for t in row["tags"] if t != "O"] for row in made]
    assert spelled == [[t for t in row["tags"] if t != "O"] for row in gold]
    generator = np.random.default_rng(0)
    broken = [
        " ".join(
            word[:-1] + "x" if len(word) > 3 and generator.random() < 0.5 else word
            for word in row["words"]
        )
        for row in gold
    ]
    view = View.whole(same, Texts.of(broken, tokenized=True))
    shares = [
        sum(e["outcome"] != "lost" for row in by_text(gold, view, ratio=r) for e in row["account"])
        for r in (1.0, 0.8, 0.6)
    ]
    total = sum(len(row["account"]) for row in made)
    whole = sum(
        row["words"][e["start"] : e["end"]] == new.split()[e["start"] : e["end"]]
        for row, new in zip(made, broken, strict=True)
        for e in row["account"]
    )
    assert shares[0] == whole
    assert whole < shares[1] <= shares[2]
    assert shares[2] > 0.97 * total


def test_projected_examples_are_carried_on_with_their_account():
    rows = [{"words": ["in", "Rome", "with", "Ann"], "tags": ["O", "B-LOC", "O", "B-PER"]}]
    there = by_markers(Labelled.of(rows, "tags"), Texts.of(["a [1 Roma] con Ann"]))
    back = Texts.of(["x ann y roma"], "eng", tokenized=True)
    (row,) = by_text(there, View.whole(Texts.of(["a Roma con Ann"]), back))
    assert row["tags"] == ["O", "O", "O", "B-LOC"]
    assert [(e["kind"], e["start"], e["outcome"]) for e in row["account"]] == [
        ("LOC", 1, "kept"), ("PER", 3, "lost"),
    ]  # fmt: skip
    assert row["account"][1]["reason"] == "its markers are missing"


@given(st.lists(st.text("ab \u0301東", max_size=3), max_size=6), st.text("ab 東", max_size=8))
@settings(max_examples=60, deadline=None)
def test_whatever_the_text_no_word_is_in_two_spans(names, text):
    words = ["".join(name.split()) or "z" for name in names]
    examples = Labelled.of(
        [{"words": words, "tags": [f"B-{k % 2}" for k in range(len(words))]}], "tags"
    )
    view = View.whole(Texts.of([" ".join(words)], tokenized=True), Texts.of([text]))
    (row,) = by_text(examples, view, ratio=0.3)
    inside = sum(e["new_end"] - e["new_start"] for e in row["account"] if e["outcome"] != "lost")
    assert inside == sum(tag != "O" for tag in row["tags"])


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadSetting, match=r"ratio must lie in \[0, 1\], got 2"):
        found("a", ("a", "X"), ratio=2)
    some = Labelled.of([{"words": ["a"], "tags": ["B-X"]}], "tags")
    none = Texts.of([])
    with pytest.raises(BadValue, match="1 examples and a view of 0 texts"):
        by_text(some, View.whole(none, none))
