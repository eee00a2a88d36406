import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.conllu import conllu, write_conllu
from calque.errors import BadLines, BadSetting, BadValue
from calque.values import Labelled

SENTENCE = """\
# newdoc id = d
# sent_id = d-1
# text = Vámonos al mar
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\t_\t_\t1\tobj:x\t_\t_
2.1\tnada\t_\tNOUN\t_\t_\t_\t_\t_\t_
3\tal mar\tmar\tNOUN\t_\t_\t1\tobl\t_\t_
"""


def line(number, head="0", upos="X", relation="root"):
    return f"{number}\tw{number}\t_\t{upos}\t_\t_\t{head}\t{relation}\t_\t_\n"


def test_ranges_and_empty_nodes_are_passed_over(put):
    value = conllu(put("a.conllu", SENTENCE), language="spa")
    assert (value.task, value.language) == ("parse", "spa")
    assert list(value) == [
        {
            "words": ["Vamos", "nos", "al mar"],
            "tags": ["VERB", "PRON", "NOUN"],
            "heads": [0, 1, 1],
            "relations": ["root", "obj:x", "obl"],
            "sent_id": "d-1",
            "text": "Vámonos al mar",
        }
    ]


def test_upos_alone(put):
    value = conllu(put("a.conllu", SENTENCE + "\n\n" + line(1, head="x")), task="tags")
    assert value.gold == [["VERB", "PRON", "NOUN"], ["X"]]
    assert value.table["text"].to_pylist() == ["Vámonos al mar", None]


def test_what_is_not_known_is_missing(put):
    text = line(1, head="_", upos="_", relation="_") + line(2, head="_", upos="_", relation="_")
    value = conllu(put("a.conllu", text))
    assert list(value) == [{"words": ["w1", "w2"], "tags": None, "heads": None, "relations": None}]


def test_bad_lines_have_their_place(put):
    text = "".join(
        [
            line(1) + line(3) + line(4) + "\n",
            line(1) + "2\tw\n" + "\n",
            line(1, head="zero") + "\n",
            line(1) + line(2, head="3") + "\n",
            line(1) + line(2, head="_") + "\n",
            line(1),
        ]
    )
    path = put("a.conllu", text)
    with pytest.raises(BadLines) as caught:
        conllu(path)
    assert caught.value.lines == [
        "a.conllu:2: expected word 2, found '3'",
        "a.conllu:6: expected 10 columns separated by tabs, found 2",
        "a.conllu:8: the head must be a number, found 'zero'",
        "a.conllu:11: head 3 lies outside the sentence of 2 words",
        "a.conllu:13: some words of this sentence have a head, some have none",
    ]
    assert len(conllu(path, drop_bad=True)) == 1


@pytest.mark.parametrize("content", ["", "# only a comment\n\n"])
def test_no_sentences_are_no_rows(put, content):
    assert len(conllu(put("a.conllu", content))) == 0


def test_settings_are_checked(put):
    with pytest.raises(BadSetting, match=r"task must be parse or tags, not 'slots'"):
        conllu(put("a.conllu", ""), task="slots")


CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r\t"), min_size=1, max_size=4
)
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), max_size=6)


@st.composite
def sentences(draw):
    words = draw(st.lists(CELL, min_size=1, max_size=4))
    return {
        "words": words,
        "tags": draw(st.none() | st.just(["X"] * len(words))),
        "heads": [draw(st.integers(0, len(words))) for _ in words],
        "relations": [draw(CELL) for _ in words],
        "sent_id": draw(LINE),
        "text": draw(LINE),
    }


@given(st.lists(sentences(), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_sentences_come_back(there_and_back, found):
    value = Labelled.of(found, "parse")
    assert (
        there_and_back(value, write_conllu, conllu, "a.conllu").fingerprint() == value.fingerprint()
    )
    names = ["words", "tags", "sent_id"]
    tags = Labelled.of([{name: row[name] for name in names} for row in found], "tags")
    back = there_and_back(tags, write_conllu, lambda path: conllu(path, task="tags"), "a.conllu.xz")
    assert back.fingerprint() == tags.fingerprint()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"words": [], "tags": []}, "row 0 has no words"),
        ({"words": [""], "tags": ["X"]}, "row 0 has no words, or an empty word or tag"),
        ({"words": ["a\n"], "tags": ["X"]}, "row 0 has a tab, a line end or NUL in a word or tag"),
        (
            {"words": ["a"], "tags": ["X"], "text": "\r"},
            "row 0 has a line end or NUL in sent_id or",
        ),
    ],
)
def test_what_conllu_cannot_hold_is_not_written(tmp_path, row, message):
    with pytest.raises(BadValue, match=message):
        write_conllu(Labelled.of([row], "tags"), tmp_path / "a.conllu")
    assert list(tmp_path.iterdir()) == []


def test_other_tasks_are_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"holds a parse or tags, not 'class'"):
        write_conllu(Labelled.of([], "class"), tmp_path / "a.conllu")
