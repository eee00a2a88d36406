import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.parallel import parallel, write_parallel
from calque.errors import BadFile, BadLines, BadValue
from calque.values import Bitext


def test_two_files_line_by_line(put):
    path, other = put("a.en", "one\n\ntwo"), put("a.sw", "moja\r\n\r\nmbili\r\n")
    value = parallel(path, other, source="eng", target="swh")
    assert (value.source, value.target) == ("eng", "swh")
    assert list(value) == [("one", "moja"), ("", ""), ("two", "mbili")]


def test_one_file_with_bars(put):
    path = put("a.src-tgt", "one  two ||| moja\n ||| x\ny |||\n")
    assert list(parallel(path)) == [("one  two", "moja"), ("", "x"), ("y", "")]
    assert next(iter(parallel(path, tokenized=True))) == ("one two", "moja")
    with pytest.raises(BadLines) as caught:
        parallel(put("b.txt", "one | two\na ||| b ||| c\n"))
    assert caught.value.lines == [
        "b.txt:1: expected 'source ||| target', found 0 times |||",
        "b.txt:2: expected 'source ||| target', found 2 times |||",
    ]


@pytest.mark.parametrize("extra", ["three\n", "\n", "three"])
def test_sides_of_different_length_are_refused_with_both_counts(put, extra):
    short, long = put("a.en", "one\ntwo\n"), put("a.sw", "moja\nmbili\n" + extra)
    message = (
        "a.en has 2 lines, a.sw has 3; line i of one must be the translation of line i of the other"
    )
    with pytest.raises(BadFile) as caught:
        parallel(short, long)
    assert str(caught.value) == message
    with pytest.raises(BadFile, match=r"^a.sw has 3 lines, a.en has 2; "):
        parallel(long, short)


def test_bad_lines_of_both_files_are_reported_and_dropped_in_pairs(put, caplog):
    path = put("a.en", b"one\n\xff\nthree\nfour\nfive\n")
    other = put("a.sw", b"moja\nmbili\ntatu\n\0\n\xff\n")
    with pytest.raises(BadLines) as caught:
        parallel(path, other)
    assert [line.split(": ")[0] for line in caught.value.lines] == ["a.en:2", "a.sw:4", "a.sw:5"]
    assert list(parallel(path, other, drop_bad=True)) == [("one", "moja"), ("three", "tatu")]
    assert "a.en: 3 bad lines left out" in caplog.text


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n")).filter(
    lambda text: not text.endswith("\r") and "|||" not in text
)


@given(st.lists(st.tuples(LINE, LINE)))
@settings(deadline=None, max_examples=40)
def test_pairs_come_back(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("pairs")
    value = Bitext.of(pairs, "eng", "swh")
    write_parallel(value, folder / "a.en", folder / "a.sw")
    back = parallel(folder / "a.en", folder / "a.sw", source="eng", target="swh")
    assert back.fingerprint() == value.fingerprint()


@given(st.lists(st.tuples(*[LINE.map(lambda text: text.strip(" |"))] * 2)))
@settings(deadline=None, max_examples=40)
def test_pairs_with_bars_come_back(there_and_back, pairs):
    pairs = [pair for pair in pairs if not pair[1].endswith("\r")]
    value = Bitext.of(pairs)
    assert (
        there_and_back(value, write_parallel, parallel, "a.txt").fingerprint()
        == value.fingerprint()
    )


def test_what_lines_cannot_hold_is_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"pair 0 has \|\|\| in it; write two files"):
        write_parallel(Bitext.of([("a|||b", "c")]), tmp_path / "a.txt")
    with pytest.raises(BadValue, match=r"pair 0 has a line end"):
        write_parallel(Bitext.of([("a\n", "c")]), tmp_path / "a.txt")
    with pytest.raises(BadValue, match=r"a.sw: text 0 has a line end"):
        write_parallel(Bitext.of([("a", "c\n")]), tmp_path / "a.en", tmp_path / "a.sw")
