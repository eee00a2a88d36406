import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.squad import squad, write_squad
from calque.errors import BadLines, BadValue
from calque.values import Labelled


def document(*questions, context="Ada met Bob. Bob left."):
    paragraph = {"context": context, "qas": list(questions), "sentences": ["x"]}
    return json.dumps({"version": "1.1", "data": [{"title": "T", "paragraphs": [paragraph]}]})


def asked(*answers, **more):
    found = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": "q", "question": "Who?", "answers": found} | more


def test_a_document(put):
    value = squad(put("a.json", document(asked(("Bob", 8), ("Ada", 0)))), language="eng")
    assert (value.task, value.language) == ("answer", "eng")
    assert list(value) == [
        {
            "context": "Ada met Bob. Bob left.",
            "question": "Who?",
            "answer": "Bob",
            "start": 8,
            "id": "q",
            "title": "T",
            "answers": ["Bob", "Ada"],
        }
    ]


def test_flat_lines_with_other_names(put):
    line = {
        "context": "Ada met Bob.",
        "question_lang": "Nani?",
        "answer_pivot": {"text": ["Bob"], "answer_start": [8]},
        "id": 4,
    }
    path = put("a.json", json.dumps(line) + "\n" + json.dumps(line | {"answer_pivot": None}) + "\n")
    value = squad(path, question="question_lang", answers="answer_pivot")
    columns = ["question", "answer", "start", "id", "answers"]
    assert value.table.select(columns).to_pylist() == [
        {"question": "Nani?", "answer": "Bob", "start": 8, "id": "4", "answers": ["Bob"]},
        {"question": "Nani?", "answer": None, "start": -1, "id": "4", "answers": None},
    ]


def test_offsets_count_every_character(put):
    context = "\ufeffA\u200bd\u0301a 😀 met Bob"
    value = squad(put("a.json", document(asked(("Bob", 13)), context=context)))
    assert value.table["start"].to_pylist() == [13]
    assert context[13:] == "Bob"


def test_wrong_offsets_move_to_the_nearest_place_and_are_counted(put, caplog):
    questions = [asked(("Bob", 14)), asked(("Bob", -1)), asked(("Eve", 0)), asked(("Ada", 0))]
    value = squad(put("a.json", document(*questions)))
    assert value.table["start"].to_pylist() == [13, 8, -1, 0]
    assert caplog.messages == [
        "a.json: 2 offsets moved to where the answer stands, 1 answers stand nowhere (start -1)"
    ]


def test_no_answer_and_no_list_of_answers_differ(put):
    path = put("a.json", document(asked(), {"id": "q", "question": "Who?"}))
    value = squad(path)
    assert [(row["answer"], row["start"]) for row in value] == [("", -1), (None, -1)]


def test_bad_questions_have_their_place(put):
    lines = [
        {"context": None, "question": "Who?", "answers": None, "id": 1},
        {"context": "Ada", "id": 2},
        {"context": ["Ada"], "question": "Who?"},
        {"context": "Ada", "question": "Who?", "answers": "Ada"},
        {"context": "Ada", "question": "Who?", "answers": [{"text": 5}]},
        {"context": "Ada", "question": "Who?", "answers": {"text": ["Ada"], "answer_start": []}},
        {"data": 5},
        {"context": "Ada", "question": "Who?", "answers": []},
    ]
    path = put("a.jsonl", "\n".join(map(json.dumps, lines)))
    with pytest.raises(BadLines) as caught:
        squad(path)
    form = "field 'answers' holds neither {text, answer_start} nor a list of those"
    assert caught.value.lines == [
        "a.jsonl:1: question 1: field 'context' is missing or null; it has: context, question, answers, id",
        "a.jsonl:2: question 2: field 'question' is missing or null; it has: context, id",
        "a.jsonl:3: field 'context' holds no text",
        f"a.jsonl:4: {form}",
        f"a.jsonl:5: {form}",
        f"a.jsonl:6: {form}",
        "a.jsonl:7: field 'context' is missing or null; it has: data",
    ]
    assert len(squad(path, drop_bad=True)) == 1


@st.composite
def questions(draw):
    context = draw(st.text(max_size=12))
    start = draw(st.integers(0, len(context)))
    answer = draw(st.sampled_from([context[start : start + 3], "", None]))
    known = None if answer is None else ([answer] if answer else [])
    return {
        "context": context,
        "question": draw(st.text(max_size=5)),
        "answer": answer,
        "start": start if answer else -1,
        "id": draw(st.text(max_size=3)),
        "title": draw(st.none() | st.text(max_size=3)),
        "answers": known,
    }


@given(st.lists(questions(), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_questions_come_back(there_and_back, found):
    value = there_and_back(Labelled.of(found, "answer"), write_squad, squad, "a.json")
    assert list(value) == found


def test_other_tasks_are_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"SQuAD holds answers, not 'class'"):
        write_squad(Labelled.of([], "class"), tmp_path / "a.json")
