"""Whatever a file holds: a value, or an error that says what would do. Never anything else."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calque.data.naacl import naacl
from calque.data.open import open_bitext, open_labelled, open_lexicon, open_texts
from calque.data.pharaoh import pharaoh
from calque.data.vectors import vectors
from calque.errors import BadFile, CalqueError
from calque.values import Bitext

PAIRS = Bitext.of([("a b", "c"), ("d", "e f")], tokenized=True)
PIECES = [
    *(
        '"',
        '""',
        "\t",
        "\n",
        "\r\n",
        "\r",
        " ",
        ",",
        ";",
        "|||",
        "#",
        "# text = ",
        "# intent = x\n",
    ),
    *("text", "label", "premise\thypothesis", "O", "B-X", "I-X", "1", "2", "1-2", "-99", "_", "S"),
    *(
        '{"text": "a"}',
        '{"words": ["a"], "tags": ["O"]}',
        "[",
        "]",
        "{",
        "}",
        ":",
        "null",
        "\\ud83d",
    ),
    *('{"data": [{"paragraphs": [{"qas": [{}]}]}]}', '{"translation": {"en": "a", "sw": "b"}}'),
    *(
        "<tmx>",
        "<body>",
        "<tu>",
        '<tuv xml:lang="en">',
        "<seg>",
        "</seg></tuv></tu>",
        "&x;",
        "<!DOCTYPE a [",
        ">",
    ),
    *("\ufeff", "\u2028", "\u200f", "\0", "e\u0301", "😀", "字", "-DOCSTART-"),
    *("1\ta\t_\tX\t_\t_\t0\troot\t_\t_\n", "0.5", "nan", "1e999", "0-0", "1p1"),
]
CONTENT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map(lambda pieces: "".join(pieces).encode()),
    st.binary(max_size=60),
)
TASKS = ("topic", "nli", "ner", "slots", "parse", "qa")
READERS = {
    **{
        f"a.{task}": lambda path, drop, task=task: open_labelled(path, task, drop_bad=drop)
        for task in TASKS
    },
    "a.csv": lambda path, drop: open_labelled(path, "topic", drop_bad=drop),
    "a.conllu": lambda path, drop: open_labelled(path, "parse", drop_bad=drop),
    "a.json": lambda path, drop: open_labelled(path, "slots", drop_bad=drop),
    "qa.json": lambda path, drop: open_labelled(path, "qa", drop_bad=drop),
    "pairs.tsv": lambda path, drop: open_bitext(path, source="eng", target="swh", drop_bad=drop),
    "pairs.json": lambda path, drop: open_bitext(path, drop_bad=drop),
    "pairs.tmx": lambda path, drop: open_bitext(path, drop_bad=drop),
    "a.txt": lambda path, drop: open_texts(path, drop_bad=drop),
    "words.txt": lambda path, drop: open_lexicon(path, drop_bad=drop),
    "a.vec": lambda path, drop: vectors(path, drop_bad=drop),
    "a.gold": lambda path, drop: pharaoh(path, PAIRS, drop_bad=drop),
    "align.txt": lambda path, drop: naacl(path, PAIRS, drop_bad=drop),
}


@pytest.mark.parametrize("name", READERS)
@given(CONTENT, st.booleans())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_content_gives_a_value_or_a_clear_error(name, content, drop):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            value = READERS[name](path, drop)
        except CalqueError as error:
            assert str(error)
        else:
            assert len(value) >= 0


@pytest.mark.parametrize("name", READERS)
def test_missing_files_and_folders_are_named(name, tmp_path):
    (tmp_path / name).mkdir()
    for path in (tmp_path / name, tmp_path / f"no-{name}"):
        with pytest.raises(BadFile) as caught:
            READERS[name](path, False)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", READERS)
def test_an_empty_file_is_no_rows_or_a_clear_error(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"")
    try:
        found = READERS[name](path, False)
    except BadFile as error:
        assert name in ("pairs.tmx", "a.vec", "a.gold", "a.parse", "a.qa")
        assert str(path) in str(error)
    else:
        assert name == "align.txt" or len(found) == 0
