import logging

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calque.data.conll import conll, write_conll
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.values import Labelled


def rows(value):
    return [(row["words"], row["tags"]) for row in value]


def test_spaces_or_tabs(put):
    wanted = [(["a", "b"], ["B-X", "O"]), (["c"], ["O"])]
    assert rows(conll(put("a.txt", "a B-X\nb O\n\nc O\n"))) == wanted
    assert rows(conll(put("a.txt", "a  B-X \r\nb   O\r\n \t\r\n\r\nc O"))) == wanted
    assert rows(conll(put("a.txt", "\n\na\tB-X\nb\tO\n\n\n\nc\tO"))) == wanted
    assert rows(conll(put("a.txt", "a b\tO\n"))) == [(["a b"], ["O"])]


def test_other_white_space_is_part_of_a_word(put):
    text = "a\u3000b\xa0 O\n\u2028 O\n"
    assert rows(conll(put("a.txt", text))) == [(["a\u3000b\xa0", "\u2028"], ["O", "O"])]


def test_a_hash_is_a_word_where_columns_are_spaced(put):
    path = put("a.txt", "# O\n# PUNCT\n# text = one two\na O\n")
    assert rows(conll(path)) == [(["#", "#", "a"], ["O", "PUNCT", "O"])]


def test_a_hash_is_a_comment_or_a_word_where_columns_are_tabbed(put):
    path = put("a.conll", "# id = 7\n# text = # one\n#\tO\n#tag\tB-X\n\n# id = 8\nb\tO\n")
    value = conll(path)
    assert rows(value) == [(["#", "#tag"], ["O", "B-X"]), (["b"], ["O"])]
    assert value.table["id"].to_pylist() == ["7", "8"]
    assert value.table["text"].to_pylist() == ["# one", None]


def test_comments_can_be_told(put):
    path = put("a.txt", "# O\na O\n")
    assert rows(conll(path, comments=True)) == [(["a"], ["O"])]
    with pytest.raises(
        BadLines, match=r"expected 2 columns, found 1; columns are separated by tabs"
    ):
        conll(put("a.tsv", "# id = 7\na\tO\n"), comments=False)


def test_numbered_words_and_the_last_column_of_spans(put):
    path = put("a.iob2", "1\tAda\tB-PER\t-\tx\n2\tsings\tO\t-\tx\n\n1\tYes\tO\t-\tx\n")
    assert rows(conll(path)) == [(["Ada", "sings"], ["B-PER", "O"]), (["Yes"], ["O"])]
    path = put("b.txt", "Ada NNP I-NP I-PER\nsings VBZ I-VP O\n")
    assert rows(conll(path)) == [(["Ada", "sings"], ["B-PER", "O"])]
    assert rows(conll(path, tag=2)) == [(["Ada", "sings"], ["NNP", "VBZ"])]
    assert rows(conll(put("c.txt", "1 NUM\n2 NUM\n"))) == [(["1", "2"], ["NUM", "NUM"])]


def test_nested_tags_are_split(put):
    value = conll(put("a.iob2", "Ada\tO\tB-X#O\nsings\tO\tI-X#I-Y\n"), tag=3)
    assert list(value) == [
        {"words": ["Ada", "sings"], "tags": ["B-X", "I-X"], "nested": ["O", "B-Y"]}
    ]


def test_document_markers_are_dropped_and_counted(put, caplog):
    caplog.set_level(logging.INFO)
    path = put("a.txt", "-DOCSTART- O\n\na O\n\n-DOCSTART- O\nb O\n")
    assert rows(conll(path)) == [(["a"], ["O"]), (["b"], ["O"])]
    assert "a.txt: 2 -DOCSTART- lines left out" in caplog.messages


def test_a_span_without_its_begin_is_repaired_and_counted(put, caplog):
    path = put("a.txt", "a B-X\nb I-X\nc O\nd I-X\ne B-X\n")
    assert rows(conll(path))[0][1] == ["B-X", "I-X", "O", "B-X", "B-X"]
    assert caplog.messages == ["a.txt: 1 I- tags without a B- before them now begin a span"]


def test_other_schemes_are_no_errors(put, caplog):
    caplog.set_level(logging.INFO)
    assert rows(conll(put("a.txt", "a I-X\nb I-X\n")))[0][1] == ["B-X", "I-X"]
    assert "a.txt: IO or IOB1 tags read as IOB2 (1 spans)" in caplog.messages
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_empty_words_are_kept_and_counted(put, caplog):
    path = put("a.conll", "# intent = i\n1\ta\ti\tO\n2\t\ti\tO\n")
    assert rows(conll(path)) == [(["a", ""], ["O", "O"])]
    assert caplog.messages == ["a.conll: 1 words are empty and kept"]


def test_intents_and_slots(put):
    text = "# text: 1 = one\n# intent = set/alarm\n# id = 1\n1\tat\tset/alarm\tO\n2\t6\tset/alarm\tB-time\n"
    value = conll(put("a.conll", text), task="slots", language="bar")
    assert (value.task, value.language) == ("slots", "bar")
    assert list(value) == [
        {"words": ["at", "6"], "tags": ["O", "B-time"], "label": "set/alarm", "id": "1"}
    ]


def test_slots_without_intents_are_told(put, caplog):
    assert conll(put("a.conll", "a\tO\n"), task="slots").table["label"].to_pylist() == [None]
    assert caplog.messages == ["a.conll: no comments '# intent = …', so no labels"]


def test_words_alone_have_no_tags(put):
    assert rows(conll(put("a.txt", "a\nb\n\n#\n"))) == [(["a", "b"], None), (["#"], None)]
    assert rows(conll(put("a.txt", "a _\nb _\n"))) == [(["a", "b"], None)]


@pytest.mark.parametrize("content", ["", "\n\n", "-DOCSTART- O\n"])
def test_no_sentences_are_no_rows(put, content):
    assert len(conll(put("a.txt", content))) == 0


def test_rows_of_another_width_are_bad(put):
    path = put("a.txt", "a O\nb\n\nc O\nd O X\n\ne O\n")
    with pytest.raises(BadLines) as caught:
        conll(path)
    assert caught.value.lines == [
        "a.txt:2: expected 2 columns, found 1; columns are separated by spaces",
        "a.txt:5: expected 2 columns, found 3; columns are separated by spaces",
    ]
    assert rows(conll(path, drop_bad=True)) == [(["e"], ["O"])]


def test_settings_are_checked(put):
    path = put("a.txt", "a O\n")
    with pytest.raises(BadSetting, match=r"task must be tags or slots, not 'parse'"):
        conll(path, task="parse")
    with pytest.raises(BadFile, match=r"a.txt: no column 3 for the tag; it has 2, counted from 1"):
        conll(path, tag=3)
    with pytest.raises(BadSetting, match=r"column 2 cannot be both token and tag"):
        conll(path, token=2)


WORD = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r\t"), max_size=4
).filter(lambda word: word != "-DOCSTART-")
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), max_size=6)


@st.composite
def sentences(draw):
    words = draw(st.lists(WORD, min_size=1, max_size=4))
    kinds = draw(st.sampled_from([["O", "B-X", "B-Y"], ["NOUN", "VERB", "#", "_x"]]))
    tags = [draw(st.sampled_from(kinds)) for _ in words]
    return {"words": words, "tags": tags, "label": "a/b", "text": draw(LINE), "id": draw(LINE)}


_LONE_HASH = {"words": ["#"], "tags": ["O"], "label": "a/b", "text": "", "id": ""}


@given(st.lists(sentences(), min_size=1, max_size=4), st.booleans())
@example([_LONE_HASH], False)
@settings(deadline=None, max_examples=60)
def test_sentences_come_back(there_and_back, found, known):
    columns = ["words", "tags", "label", "id", "text"]
    value = Labelled.of([{k: row[k] for k in columns} for row in found], "slots")
    if not known:
        value = Labelled.of([{k: row[k] for k in columns if k != "tags"} for row in found], "slots")
    back = there_and_back(value, write_conll, lambda path: conll(path, task="slots"), "a.conll")
    assert list(back) == list(value)
    assert back.fingerprint() == value.fingerprint()


def test_nested_tags_come_back(tmp_path):
    row = {"words": ["a", "b"], "tags": ["B-X", "I-X"], "nested": ["O", "B-Y"]}
    write_conll(Labelled.of([row], "tags"), tmp_path / "a.conll")
    assert list(conll(tmp_path / "a.conll")) == [row]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"words": [], "tags": []}, "row 0 has no words"),
        (
            {"words": ["-DOCSTART-"], "tags": ["O"]},
            "row 0 has a word that CoNLL reads as a document marker",
        ),
        ({"words": ["a\tb"], "tags": ["O"]}, "row 0 has a word or tag with a tab"),
        ({"words": ["a"], "tags": ["O\n"]}, "row 0 has a word or tag with a tab, a line end"),
        ({"words": [" "], "tags": [""]}, "row 0 has an empty word with an empty tag"),
        (
            {"words": ["a"], "tags": ["O"], "text": "a\nb"},
            "row 0 has a line end or NUL in a comment",
        ),
    ],
)
def test_what_conll_cannot_hold_is_not_written(tmp_path, row, message):
    with pytest.raises(BadValue, match=message):
        write_conll(Labelled.of([row], "tags"), tmp_path / "a.conll")
    assert list(tmp_path.iterdir()) == []


def test_other_tasks_are_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"CoNLL holds tags or slots, not 'class'"):
        write_conll(Labelled.of([], "class"), tmp_path / "a.conll")
