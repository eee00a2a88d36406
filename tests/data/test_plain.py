import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.plain import plain, write_plain
from calque.errors import BadLines, BadValue
from calque.values import Texts

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n")).filter(
    lambda text: not text.endswith("\r")
)


def test_every_line_is_a_text(put):
    value = plain(put("a.txt", "one\r\n\r\n two\u2028 "), language="eng")
    assert (list(value), value.language, value.tokenized) == (
        ["one", "", " two\u2028 "],
        "eng",
        False,
    )


def test_tokenized_words_have_one_space_between_them(put):
    value = plain(put("a.txt", " one  two\u3000three "), tokenized=True)
    assert (list(value), value.tokenized) == (["one two\u3000three"], True)


def test_an_empty_file_is_no_texts_and_a_warning(put, caplog):
    assert len(plain(put("a.txt", ""))) == 0
    assert caplog.messages == ["a.txt: empty file, no texts"]


def test_bad_lines_are_refused_or_left_out(put):
    path = put("a.txt", b"one\n\xff\ntwo\n")
    with pytest.raises(BadLines, match=r"^a.txt:2: not UTF-8"):
        plain(path)
    assert list(plain(path, drop_bad=True)) == ["one", "two"]


@given(st.lists(st.one_of(LINE, LINE.map("\ufeff{}".format))))
@settings(deadline=None, max_examples=40)
def test_texts_come_back(there_and_back, texts):
    value = Texts.of(texts)
    assert there_and_back(value, write_plain, plain, "a.txt").fingerprint() == value.fingerprint()


@pytest.mark.parametrize("text", ["a\nb", "a\r", "\0"])
def test_line_ends_cannot_be_written(tmp_path, text):
    with pytest.raises(
        BadValue, match=r"text 1 has a line end or NUL in it; write it as JSON lines"
    ):
        write_plain(Texts.of(["a", text]), tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []
