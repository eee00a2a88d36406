import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calque.data import vectors as module
from calque.data.vectors import vectors, write_vectors
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.values import Space


def test_with_and_without_a_first_line(put):
    rows = "the 1 -2.5 3e-1\n. . 0 0 1 \n"
    for content in (f"2 3\n{rows}", rows):
        space = vectors(put("a.vec", content), language="eng")
        assert (space.names, space.language) == (("the", ". ."), "eng")
        np.testing.assert_array_equal(
            space.vectors, np.array([[1, -2.5, 0.3], [0, 0, 1]], np.float32)
        )
        assert space.vectors.dtype == np.float32


def test_numbers_as_names(put):
    space = vectors(put("a.vec", "1 2\n7 0.5 1\n8 1 1\n"))
    assert space.names == ("7", "8")
    space = vectors(put("a.vec", "7 3\n8 4\n"))
    assert (space.names, space.vectors.tolist()) == (("7", "8"), [[3], [4]])
    space = vectors(put("a.vec", "2 1\n8 4\n9 5\n"))
    assert (space.names, space.vectors.tolist()) == (("8", "9"), [[4], [5]])


def test_reading_stops_at_the_limit(put):
    path = put("a.vec", "3 1\na 1\nb 2\nc x\n")
    assert vectors(path, limit=2).names == ("a", "b")
    with pytest.raises(BadSetting, match=r"limit must be at least 1, got 0"):
        vectors(path, limit=0)


def test_a_name_twice_is_counted(put, caplog):
    space = vectors(put("a.vec", "a 1 2\nb 3 4\na 5 6\n"))
    assert (space.names, space.vectors.tolist()) == (("a", "b"), [[1, 2], [3, 4]])
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == [
        "a.vec: 1 names occur again, the first is kept"
    ]


def test_bad_lines_have_their_place(put):
    path = put("a.vec", "a 1 2\nb 3\nc nan 1\nd x 1\n1 2\n\ne 5 6\n")
    with pytest.raises(BadLines) as caught:
        vectors(path)
    assert caught.value.lines == [
        f"a.vec:{line}: expected a name and 2 finite numbers, found '{found}'"
        for line, found in ((2, "b 3"), (3, "c nan 1"), (4, "d x 1"), (5, "1 2"))
    ]
    assert vectors(path, drop_bad=True).names == ("a", "e")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.vec: empty file; expected a name and its numbers per line"),
        ("just words\n", "a.vec:1: expected a name and its numbers, found 'just words'"),
    ],
)
def test_what_holds_no_vectors_is_refused(put, content, message):
    with pytest.raises(BadFile) as caught:
        vectors(put("a.vec", content))
    assert str(caught.value) == message


def test_a_header_alone_is_no_vectors(put):
    space = vectors(put("a.vec", "0 7\n"))
    assert (len(space), space.vectors.shape) == (0, (0, 7))


NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), min_size=1)


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_vectors_come_back(there_and_back, data):
    names = data.draw(st.lists(NAME.filter(lambda name: name.strip(" ")), unique=True, max_size=6))
    shape = (len(names), data.draw(st.integers(1, 4)))
    finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
    space = Space(tuple(names), data.draw(arrays.arrays(np.float32, shape, elements=finite)))
    back = there_and_back(space, write_vectors, vectors, "a.vec.gz")
    assert back.names == space.names
    np.testing.assert_array_equal(back.vectors, space.vectors)


def test_blocks_are_joined(there_and_back, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 3)
    grid = np.arange(14, dtype=np.float32).reshape(7, 2)
    space = Space(tuple("abcdefg"), grid)
    np.testing.assert_array_equal(
        there_and_back(space, write_vectors, vectors, "a.vec").vectors, grid
    )


def test_empty_names_are_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"the name ' ' cannot stand in a text file"):
        write_vectors(Space((" ",), np.ones((1, 2))), tmp_path / "a.vec")
