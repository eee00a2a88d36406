import bz2
import gzip
import logging
import lzma

import pytest

from calque.data.lines import Lines, Problems, written
from calque.errors import BadFile, BadLines


def lines(path, drop_bad=False):
    problems = Problems(path, drop_bad)
    found = list(Lines(path, problems))
    problems.settle()
    return found


def test_a_line_ends_at_lf_or_crlf_and_nowhere_else(put):
    path = put("a.txt", "one\r\ntwo\u2028still two\u0085\x0cand\rhere\n\nfour")
    assert lines(path) == [
        (1, "one"),
        (2, "two\u2028still two\u0085\x0cand\rhere"),
        (3, ""),
        (4, "four"),
    ]


def test_a_mark_at_the_very_start_is_dropped_and_kept_elsewhere(put):
    assert lines(put("a.txt", "\ufeff\ufeffone\n\ufefftwo\n")) == [
        (1, "\ufeffone"),
        (2, "\ufefftwo"),
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_known_by_their_content(put, pack):
    assert lines(put("a.txt", pack("één\ntwee\n".encode()))) == [(1, "één"), (2, "twee")]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ""])
def test_written_files_are_packed_by_their_name(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    with written(path) as file:
        file.write("één\ntwee\n")
    assert lines(path) == [(1, "één"), (2, "twee")]
    assert path.read_bytes().startswith(
        {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ"}.get(suffix, b"\xc3")
    )


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), written(path) as file:
        file.write("new")
        1 / 0
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_all_bad_lines_are_reported_with_their_place(put):
    path = put("a.txt", b"fine\ncaf\xe9\nfine\nnu\0l\n")
    with pytest.raises(BadLines) as caught:
        lines(path)
    assert caught.value.lines == [
        "a.txt:2: not UTF-8: byte 0xE9 at position 4; convert the file, for example with: "
        "iconv -f latin1 -t utf-8",
        "a.txt:4: a NUL character at position 3; is this a text file?",
    ]


def test_bad_lines_are_dropped_only_when_asked_and_counted(put, caplog):
    path = put("a.txt", b"fine\ncaf\xe9\nnu\0l\n")
    assert lines(path, drop_bad=True) == [(1, "fine")]
    assert "a.txt: 2 bad lines left out, the first: a.txt:2: not UTF-8" in caplog.text


def test_reading_stops_where_everything_is_bad(put):
    with pytest.raises(BadLines, match=r"10001 bad lines in all") as caught:
        lines(put("a.bin", b"\0\n" * 20_000))
    assert caught.value.lines[-1] == "a.bin: stopped reading after 10,000 bad lines"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04rest", "a.x: a zip archive (or a spreadsheet); unpack it, or save it as text"),
        (b"PAR1rest", "a.x: Parquet; read its folder as a data set: hf:FOLDER"),
        ("text".encode("utf-16"), "a.x: UTF-16 text; save it as UTF-8"),
        (gzip.compress(b"text\n" * 99, mtime=0)[:-9], "a.x: cannot be read: "),
        (b"\xfd7zXZ\x00 broken", "a.x: cannot be read: "),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0broken", "a.x: cannot be read: "),
    ],
)
def test_what_is_no_text_is_named(put, content, message):
    with pytest.raises(BadFile) as caught:
        lines(put("a.x", content))
    assert str(caught.value).startswith(message)


def test_missing_files_and_folders_are_named(put, tmp_path):
    put("a.txt", "")
    with pytest.raises(BadFile, match=r"^b\.txt: no such file$"):
        lines(tmp_path.joinpath("b.txt").relative_to(tmp_path))
    with pytest.raises(BadFile, match=r"a folder; name a file in it"):
        lines(tmp_path)


def test_the_head_is_read_again(put):
    reading = Lines(put("a.txt", "one\ntwo\n"), Problems("a.txt"))
    assert reading.head() == reading.head() == [(1, "one"), (2, "two")]
    assert list(reading) == [(1, "one"), (2, "two")]
    assert reading.count == 2


def test_the_head_is_short_of_a_long_file(put, monkeypatch):
    monkeypatch.setattr(Lines, "HEAD", 10)
    reading = Lines(put("a.txt", "four\n" * 9), Problems("a.txt"))
    assert len(reading.head()) == 3
    assert len(list(reading)) == 9


def test_nothing_is_logged_for_a_clean_file(put, caplog):
    caplog.set_level(logging.WARNING)
    lines(put("a.txt", "one\n"))
    assert caplog.text == ""
