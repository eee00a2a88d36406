"""Rewritten texts and their links: what is refused and where, and how spans become links of words."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.errors import BadValue
from calque.languages.words import words_of
from calque.values import Links, Texts, View, store

OLD = Texts.of(["Москва 12", "", "да нет"], "rus")
NEW = Texts.of(["Moskva 12!", "", "net da"], "rus_Latn")
SPANS = [[(0, 6, 0, 6), (6, 9, 6, 9), (9, 9, 9, 10)], [], [(3, 6, 0, 3), (0, 2, 4, 6)]]
VIEW = View.of(OLD, NEW, SPANS)


def test_it_holds_what_was_given_in_the_order_of_the_original():
    assert list(VIEW) == [("Москва 12", "Moskva 12!"), ("", ""), ("да нет", "net da")]
    assert VIEW.spans_of(2).tolist() == [[0, 2, 4, 6], [3, 6, 0, 3]]
    assert VIEW.spans_of(1).shape == (0, 4)


def test_words_are_linked_where_their_characters_are():
    links = list(VIEW.word_links())
    assert [own.pairs.tolist() for own in links] == [[[0, 0], [1, 1]], [], [[0, 1], [1, 0]]]
    assert [own.size for own in links] == [(2, 3), (0, 0), (2, 2)]


def test_a_span_of_the_same_text_links_character_to_character():
    same = View.whole(Texts.of(["a b c"]), Texts.of(["a b c"]))
    assert [own.pairs.tolist() for own in same.word_links()] == [[[0, 0], [1, 1], [2, 2]]]
    other = View.whole(Texts.of(["a b"]), Texts.of(["x y"]))
    assert [own.pairs.tolist() for own in other.word_links()] == [[[0, 0], [0, 1], [1, 0], [1, 1]]]


def test_words_of_tokenized_text_are_what_stands_between_spaces():
    view = View.whole(Texts.of([" a-b  c"], tokenized=True), Texts.of([" a-b  c"], tokenized=True))
    (links,) = view.word_links()
    assert links.size == (2, 2) and links.pairs.tolist() == [[0, 0], [1, 1]]


def test_links_of_words_stay_as_they_are():
    links = (Links(np.array([[0, 0]]), (2, 1)),)
    view = View(Texts.of(["da net"]), Texts.of(["yes"]), links=links)
    assert list(view.word_links()) == list(links)
    with pytest.raises(BadValue, match="links words, not spans"):
        view.spans_of(0)


def test_taking_rows_takes_their_links():
    taken = VIEW.take([2, 0])
    assert list(taken) == [("да нет", "net da"), ("Москва 12", "Moskva 12!")]
    assert taken.spans_of(0).tolist() == VIEW.spans_of(2).tolist()
    assert list(VIEW.bitext.sources) == list(OLD) and VIEW.bitext.target == "rus_Latn"


def test_a_part_of_a_table_is_read_where_it_begins(tmp_path):
    """Arrow's slices keep the whole buffer underneath."""
    whole = View.of(OLD, NEW, SPANS).spans
    assert whole is not None
    text = [Texts(side.table.slice(2)) for side in (OLD, NEW)]
    part = View(text[0], text[1], whole.slice(2))
    assert part.spans_of(0).tolist() == [[0, 2, 4, 6], [3, 6, 0, 3]]
    store.save(part, tmp_path / "it")
    assert store.load(tmp_path / "it").spans_of(0).tolist() == part.spans_of(0).tolist()


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        (
            [[], [], [(0, 7, 0, 1)]],
            "text 2, start 0 and end 7 do not lie in a text of 6 characters",
        ),
        ([[(2, 1, 0, 0)], [], []], "text 0, start 2 and end 1 do not"),
        ([[], [(0, 0, 0, 1)], []], "text 1, new_start 0 and new_end 1 do not lie in a text of 0"),
        ([[], [], [(-1, 1, 0, 1)]], "text 2, start -1"),
        ([[], []], "3 texts, but links for 2"),
    ],
)
def test_spans_that_lie_elsewhere_are_refused(spans, problem):
    with pytest.raises(BadValue, match=problem):
        View.of(OLD, NEW, spans)


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="3 texts, of which 1 are rewritten"):
        View.whole(OLD, Texts.of(["x"]))
    with pytest.raises(BadValue, match="either spans of characters or links of words"):
        View(OLD, NEW)
    with pytest.raises(
        BadValue, match="text 0, the span that starts at 0 stands after one that starts at 3"
    ):
        View.packed(OLD, NEW, np.array([[3, 4, 0, 1], [0, 1, 0, 1]]), np.array([2, 0, 0]))
    assert VIEW.spans is not None
    short = VIEW.spans.set_column(3, "new_end", VIEW.spans["start"].take([0, 0, 1]))
    with pytest.raises(BadValue, match="text 1 has 0 start, 3 new_end"):
        View(OLD, NEW, short)
    with pytest.raises(BadValue, match="no column 'new_end'"):
        View(OLD, NEW, VIEW.spans.drop_columns("new_end"))
    with pytest.raises(BadValue, match="column 'end' is double"):
        View(OLD, NEW, VIEW.spans.set_column(1, "end", pa.array([1.0, 2.0, 3.0])))


@given(st.lists(st.sampled_from(["a", "ж", " ", "-", "\u0301", "東", "😀"]), max_size=12))
def test_each_word_of_a_text_that_stayed_is_linked_to_itself(characters):
    text = "".join(characters)
    view = View.whole(Texts.of([text]), Texts.of([text]))
    (links,) = view.word_links()
    count = len(words_of(text, False))
    assert links.pairs.tolist() == [[k, k] for k in range(count)]
