import logging

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.tables import read_bitext, read_labelled, read_texts
from calque.data.tsv import tsv, write_tsv
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.values import Bitext, Labelled, Texts


def of(value):
    return [tuple(row.values()) for row in value]


def test_a_table_with_a_header(put):
    path = put("a.tsv", "index_id\tcategory\ttext\n7\thealth \tEat.\n8\t\tRun.\n")
    value = read_labelled(path, "class", language="eng")
    assert (value.task, value.language) == ("class", "eng")
    assert list(value) == [
        {"text": "Eat.", "label": "health", "index_id": "7"},
        {"text": "Run.", "label": None, "index_id": "8"},
    ]


def test_a_header_alone_is_no_rows(put):
    value = read_labelled(put("a.tsv", "tweet\tlabel\n"), "class")
    assert (len(value), value.labels) == (0, ())


@pytest.mark.parametrize("task", ["class", "pair"])
def test_an_empty_file_is_no_rows_and_a_warning(put, caplog, task):
    assert len(read_labelled(put("a.tsv", ""), task)) == 0
    assert caplog.messages == ["a.tsv: empty file, no rows"]


def test_without_header_the_label_is_the_column_of_few_values(put, caplog):
    caplog.set_level(logging.INFO)
    path = put("a.tsv", "pos\tgood\nneg\tbad\npos\tfine\n")
    assert of(read_labelled(path, "class")) == [("good", "pos"), ("bad", "neg"), ("fine", "pos")]
    assert caplog.messages[0].endswith("{'text': 2, 'label': 1}")
    path = put("b.tsv", "a\tb\tneutral\nc\td\tneutral\n")
    assert of(read_labelled(path, "pair")) == [("a", "b", "neutral"), ("c", "d", "neutral")]


def test_a_header_in_another_language_is_doubted(put, caplog):
    rows = "".join(f"texto {n}\t{'bueno' if n % 2 else 'malo'}\n" for n in range(12))
    read_labelled(put("a.tsv", "frase\tpolaridad\n" + rows), "class")
    assert "label 'polaridad' of the first row stands nowhere else" in caplog.text
    value = read_labelled(put("a.tsv", "frase\tpolaridad\n" + rows), "class", header=True)
    assert value.labels == ("bueno", "malo")


def test_a_label_that_reads_like_a_name_is_no_header(put):
    path = put("a.tsv", "I like it\treview\nMe too\treview\nWhy?\tquestion\n")
    assert len(read_labelled(path, "class")) == 3


def test_a_header_that_stands_again_is_bad(put):
    with pytest.raises(BadLines) as caught:
        read_labelled(put("a.tsv", "text\tlabel\na\tx\ntext\tlabel\nb\ty\n"), "class")
    assert str(caught.value) == "a.tsv:3: the header stands here again; were files joined?"
    assert list(read_texts(put("b.csv", "text\na\ntext\n"))) == ["a", "text"]


def test_texts_alone_can_be_predicted(put, caplog):
    value = read_labelled(put("a.txt", "One, two.\n\nThree.\n"), "class")
    assert of(value) == [("One, two.", None), ("Three.", None)]
    value = read_labelled(put("b.tsv", "id\ttext\textra\n1\tOne\tx\n"), "class")
    assert value.gold == [None]
    assert "b.tsv: no column of labels among: id, text, extra" in caplog.text


def test_a_dash_is_no_label_of_a_pair_but_one_of_a_class(put):
    pair = put("a.tsv", "premise\thypothesis\tlabel\nA\tB\t-\n")
    assert read_labelled(pair, "pair").gold == [None]
    assert read_labelled(put("b.tsv", "text\tlabel\nA\t-\n"), "class").gold == ["-"]


def test_too_many_columns_without_header_need_their_places(put):
    path = put("a.tsv", "a\tb\tc\td\n")
    with pytest.raises(BadFile) as caught:
        read_labelled(path, "class")
    assert str(caught.value) == (
        "a.tsv: no header and 4 columns, cannot tell which is the text; "
        "put a first line with the names text, label, or by their places say "
        "columns={text: 1, label: 2} (on the command line --columns '{text: 1, label: 2}')"
    )
    value = read_labelled(path, "class", columns={"text": 4, "label": 1})
    assert of(value) == [("d", "a", "b", "c")]


def test_other_tasks_have_no_table(put):
    with pytest.raises(BadSetting, match=r"'class' or 'pair', not 'tags'"):
        read_labelled(put("a.tsv", ""), "tags")


def test_sentence_pairs(put):
    path = put("en-yo.tsv", "one\téní\ntwo \tèjì\n")
    value = tsv(path, source="eng", target="yor")
    assert (value.source, value.target, list(value)) == (
        "eng",
        "yor",
        [("one", "éní"), ("two ", "èjì")],
    )
    assert list(tsv(put("b.tsv", "yo\ten\nA\tB\n"), source="eng", target="yor")) == [("B", "A")]
    assert next(iter(tsv(path, columns={"source": 2, "target": 1}))) == ("éní", "one")


def test_one_column_is_no_sentence_pair(put):
    with pytest.raises(BadLines) as caught:
        tsv(put("en-yo.tsv", "one\téní\ntwo\n"))
    assert str(caught.value) == (
        "en-yo.tsv:2: expected 2 columns, found 1; columns are separated by tabs"
    )
    with pytest.raises(BadFile) as failure:
        tsv(put("en-yo.tsv", "one\ntwo\n"))
    assert str(failure.value) == (
        "en-yo.tsv: no header and 1 column, cannot tell which is the target; "
        "expected at least 2 columns separated by tabs"
    )


def test_tokenized_words_have_one_space_between_them(put):
    value = tsv(put("a.tsv", " a  b \tc\u3000d\n"), tokenized=True)
    assert (list(value), value.tokenized) == ([("a b", "c\u3000d")], True)


def test_bad_rows_are_left_out_when_asked(put, caplog):
    value = tsv(put("a.tsv", "one\téní\ntwo\n"), drop_bad=True)
    assert len(value) == 1
    assert "a.tsv: 1 bad lines left out" in caplog.text


def test_the_column_of_texts(put):
    assert list(read_texts(put("a.csv", 'id,text\n1,"a, b"\n'))) == ["a, b"]
    assert read_texts(put("b.tsv", "en\tsw\nA\tB\n"), language="swh").table.column_names == ["text"]


LABELS = st.one_of(st.none(), st.text("abc ÄЖ字\"',", min_size=1).map(str.strip).filter(bool))


@given(st.data())
@settings(deadline=None, max_examples=40)
@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.tsv.gz"])
def test_examples_come_back(there_and_back, any_text, name, data):
    fields = {"text": any_text, "label": LABELS, "id": any_text}
    value = Labelled.of(data.draw(st.lists(st.fixed_dictionaries(fields), max_size=5)), "class")
    if "id" not in value.table.column_names:
        value = Labelled(value.table.append_column("id", pa.array([], pa.string())), "class")
    back = there_and_back(
        value, write_tsv, lambda path: read_labelled(path, "class", quoted=True), name
    )
    assert back.fingerprint() == value.fingerprint()


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_pairs_and_texts_come_back(there_and_back, any_text, data):
    value = Bitext.of(data.draw(st.lists(st.tuples(any_text, any_text), max_size=5)), "eng", "yor")

    def read(path):
        return read_bitext(path, source="eng", target="yor", quoted=True)

    assert there_and_back(value, write_tsv, read, "a.tsv").fingerprint() == value.fingerprint()
    texts = value.sources
    back = there_and_back(
        texts, write_tsv, lambda path: read_texts(path, language="eng", quoted=True), "a.csv"
    )
    assert back.fingerprint() == texts.fingerprint()


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_evidence_undoes_what_was_written(there_and_back, any_text, data):
    """Without being told, quotes that CSV needed are undone; a file without any has no doubt."""
    texts = data.draw(st.lists(any_text, max_size=5))
    value = Bitext.of([(text, "x") for text in texts])
    assert (
        there_and_back(value, write_tsv, read_bitext, "a.tsv").fingerprint() == value.fingerprint()
    )


def test_lists_and_nul_cannot_be_written(tmp_path):
    tags = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")
    with pytest.raises(BadValue, match=r"column 'words' holds lists"):
        write_tsv(tags, tmp_path / "a.tsv")
    with pytest.raises(BadValue, match=r"NUL"):
        write_tsv(Texts.of(["a\0"]), tmp_path / "a.tsv")
    assert list(tmp_path.iterdir()) == []
