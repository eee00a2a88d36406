from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.data.conll import conll
from calque.errors import BadValue
from calque.generation.brackets import Instruction, NotRead, Utterance

WORDS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("[]\\<>*0123; \n"), max_size=6
) | st.sampled_from(["<br>", "<intent>", "*", "[1", "]", "\\5b;", "\\", ""])


@st.composite
def utterances(draw, least=0):
    words = draw(st.lists(WORDS, min_size=least, max_size=6))
    cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=4)))
    spans = [(a, b, draw(st.sampled_from(["x", "a b", "<br>"]))) for a, b in pairwise(cuts)]
    return Utterance(tuple(words), tuple(spans[::2]))


LABELS = ("x", "a b", "<br>")


@given(utterances())
def test_an_utterance_comes_back(one):
    text = one.write(LABELS)
    assert Utterance.read(text, LABELS) == one
    assert text.split(" ") == text.split() or not one.words  # one line, single spaces
    assert Utterance.of(one.words, one.tags) == one


@given(
    st.lists(utterances(least=1), max_size=3),
    st.lists(
        st.tuples(
            st.sampled_from(LABELS),
            st.none() | st.lists(WORDS, min_size=1, max_size=3).map(tuple),
        ),
        max_size=3,
    ),
)
def test_an_instruction_comes_back(shown, include):
    one = Instruction("Swiss German", "a/b <br>", tuple(include), LABELS, tuple(shown))
    assert Instruction.read(one.write()) == one
    assert len(one.write().splitlines()) == 1


def test_how_it_looks():
    words, tags = ["fly", "to", "New", "York", "now"], ["O", "O", "B-city", "I-city", "B-time"]
    one = Utterance.of(words, tags)
    assert one.write(("city", "time")) == "fly to [1 New York ] [2 now ]"
    asks = Instruction(
        "English", "fly", (("city", ("New", "York")), ("time", None)), ("city", "time"), (one,)
    )
    assert asks.write() == (
        "<language> English <intent> fly <include> [1 New York ] [2 * ] <labels> 1=city 2=time "
        "<examples> fly to [1 New York ] [2 now ]"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fly to [1 New York]now", "fly to New York now"),
        ("fly to[ 1 New York ]now", "fly to New York now"),
        ("  fly\tto [1  New York ] now ", "fly to New York now"),
    ],
)
def test_a_model_may_be_careless_with_spaces(text, words):
    assert Utterance.read(text, ("city",)) == Utterance(tuple(words.split()), ((2, 4, "city"),))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a [1 b", "a bracket is left open"),
        ("a ] b", "a bracket closes nothing"),
        ("a [b ]", "a bracket without a number"),
        ("a [12", "a bracket without a number"),
        ("a [2 b ]", "a number of no label"),
        ("a [0 b ]", "a number of no label"),
        ("a [1 b [1 c ] ]", "a slot within a slot"),
        ("a [1 ]", "an empty slot"),
    ],
)
def test_what_is_wrong_is_said(text, why):
    with pytest.raises(NotRead, match=why):
        Utterance.read(text, ("x",))


def test_what_is_no_instruction():
    with pytest.raises(BadValue, match="no section <include> in '<language> a <intent> b'"):
        Instruction.read("<language> a <intent> b")


def test_an_i_tag_that_follows_nothing_begins_a_slot():
    one = Utterance.of(list("abcd"), ["I-x", "I-y", "I-y", "B-y"])
    assert one.spans == ((0, 1, "x"), (1, 3, "y"), (3, 4, "y"))


def test_every_utterance_of_xsid_comes_back(data_folder):
    """Seventeen languages; some hold brackets, backslashes or empty words of their own."""
    files = sorted(Path(data_folder / "xsid-0.7").glob("*.conll"))
    count = 0
    for file in files:
        examples = conll(file, task="slots")
        labels = tuple(sorted({tag[2:] for tags in examples.gold for tag in tags if tag != "O"}))
        for row in examples:
            one = Utterance.of(row["words"], row["tags"])
            assert Utterance.read(one.write(labels), labels) == one
            assert one.tags == row["tags"]
            count += 1
    assert len(files) == 34 and count == 17 * 800 - 400
