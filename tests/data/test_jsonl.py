import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data import objects as json_objects
from calque.data.jsonl import jsonl, read_bitext, read_texts, write_jsonl
from calque.data.lines import Lines, Problems
from calque.data.objects import objects
from calque.errors import BadFile, BadLines, BadSetting
from calque.values import Bitext, Labelled


def read(path):
    problems = Problems(path)
    found = list(objects(Lines(path, problems)))
    problems.settle()
    return found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"a": 1}\n\n{"a": 2}\n', [(1, 1), (3, 2)]),
        ('[{"a": 1},\n {"a":\n 2}]', [(1, 1), (2, 2)]),
        ('{\n  "a": 1\n}\n{\n"a": 2}', [(1, 1), (4, 2)]),
        ('{"a": 1}', [(1, 1)]),
        ('\ufeff[{"a": "\\ud83d\\ude00"}]', [(1, "😀")]),
        ("[]", []),
        ("", []),
    ],
)
def test_lines_arrays_and_documents_are_told_apart(put, content, found):
    assert [(line, thing["a"]) for line, thing in read(put("a.json", content))] == found


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_an_array_streams_in_blocks(put, monkeypatch, block):
    monkeypatch.setattr(json_objects, "_BLOCK", block)
    things = [{"a": f"text {number}\n", "b": [number]} for number in range(30)]
    path = put("a.json", json.dumps(things, indent=1))
    assert [thing for _, thing in read(path)] == things
    assert [line for line, _ in read(path)] == [2 + 6 * number for number in range(30)]


def test_what_is_no_object_is_bad(put):
    path = put("a.jsonl", '{"a": 1}\n{"a": 2\n[3]\n{"a": "\\ud83d"}\n' + "[" * 100_000 + "\n5\n")
    with pytest.raises(BadLines) as caught:
        read(path)
    assert caught.value.lines == [
        "a.jsonl:2: not JSON: Expecting ',' delimiter at column 8",
        "a.jsonl:3: expected a JSON object like {...}, found a list",
        "a.jsonl:4: half a character: a surrogate such as \\ud83d stands alone",
        "a.jsonl:5: not JSON that can be read: nested too deeply",
        "a.jsonl:6: expected a JSON object like {...}, found a int",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"a": 1},\n{"a" 2}]', "a.json:2: not JSON: Expecting ':' delimiter at column 6"),
        (
            '[{"a": 1},\n{"a": 2}',
            "a.json:3: not JSON: the array is not closed; is the file cut off?",
        ),
        ('{\n"a": [1,\n', "a.json:3: not JSON: Expecting value at column 1"),
    ],
)
def test_a_broken_array_is_bad_where_it_breaks(put, content, message):
    with pytest.raises(BadLines) as caught:
        read(put("a.json", content))
    assert str(caught.value) == message


def test_examples_with_all_their_fields(put):
    path = put(
        "a.json", '{"tweet": "Eat.", "label": 1, "id": 7, "more": {"x": [null]}, "none": null}\n'
    )
    assert list(jsonl(path, language="eng")) == [
        {"text": "Eat.", "label": "1", "id": "7", "more": '{"x": [null]}', "none": None}
    ]


def test_fields_are_taken_as_told(put):
    path = put("a.jsonl", '{"premise": "A", "choice1": "B", "label": true}\n')
    value = jsonl(path, columns={"text": "choice1"})
    assert (value.gold, next(iter(value))["text"]) == (["true"], "B")
    with pytest.raises(
        BadFile, match=r"a.jsonl: no column 'choice'; it has: premise, choice1, label"
    ):
        jsonl(path, columns={"text": "choice"})


def test_bad_fields_are_bad_lines(put):
    path = put(
        "a.jsonl",
        '{"text": "a", "label": "x"}\n{"text": null}\n{"label": "x"}\n{"text": ["a"], "label": "x"}\n'
        '{"text": "a", "label": ["a very long list of labels that goes on"]}\n',
    )
    with pytest.raises(BadLines) as caught:
        jsonl(path)
    assert caught.value.lines == [
        "a.jsonl:2: field 'text' is missing or null",
        "a.jsonl:3: field 'text' is missing or null",
        "a.jsonl:4: field 'text' holds [\"a\"], not text",
        "a.jsonl:5: field 'label' holds [\"a very long list of labels t…, not text",
    ]


def test_words_and_tags(put):
    path = put(
        "a.jsonl",
        '{"tokens": ["a", "b"], "ner_tags": ["I-PER", "E-PER"]}\n{"tokens": [], "ner_tags": []}\n',
    )
    assert list(jsonl(path, task="tags")) == [
        {"words": ["a", "b"], "tags": ["B-PER", "I-PER"]},
        {"words": [], "tags": []},
    ]
    bad = put("b.jsonl", '{"tokens": ["a"], "ner_tags": ["O", "O"]}\n{"tokens": "a b"}\n')
    with pytest.raises(BadLines) as caught:
        jsonl(bad, task="tags")
    assert caught.value.lines == [
        "b.jsonl:1: 1 words and 2 tags",
        "b.jsonl:2: field 'tokens' holds \"a b\", not a list of text",
    ]


def test_heads_must_be_numbers(put):
    line = '{"words": ["a"], "tags": ["X"], "relations": ["root"], "heads": [%s]}\n'
    value = jsonl(put("a.jsonl", line % 0), task="parse")
    assert value.table["heads"].to_pylist() == [[0]]
    for head in ("0.5", "true", '"0"', 2**40):
        with pytest.raises(BadLines, match=r"not a list of numbers"):
            jsonl(put("b.jsonl", line % head), task="parse")


def test_labels_may_lack(put, caplog):
    assert jsonl(put("a.jsonl", '{"text": "a", "id": 1}\n')).gold == [None]
    assert "a.jsonl: no field of label among" in caplog.text
    nli = '{"sentence1": "a", "sentence2": "b", "label": "-"}\n'
    assert jsonl(put("b.json", nli), task="pair").gold == [None]
    assert jsonl(put("c.json", nli.replace("sentence1", "text"))).gold == ["-"]


def test_an_empty_file_is_no_rows_and_a_warning(put, caplog):
    caplog.set_level(logging.WARNING)
    assert len(jsonl(put("a.jsonl", ""), task="pair")) == 0
    assert len(read_bitext(put("a.jsonl", ""))) == 0
    assert caplog.messages == ["a.jsonl: empty, no rows"] * 2


def test_objects_without_fields_are_refused(put):
    with pytest.raises(BadFile, match=r"a.jsonl: cannot tell .* is the text; it has no columns"):
        jsonl(put("a.jsonl", "{}"))


def test_tasks_are_checked(put):
    with pytest.raises(BadSetting, match=r"no task 'topic'; there are: class, pair"):
        jsonl(put("a.jsonl", ""), task="topic")


def test_sentence_pairs(put):
    path = put("a.json", '{"translation": {"en": "one ", "yor": "éní"}, "id": 3}\n')
    assert list(read_bitext(path)) == [("one ", "éní")]
    assert list(read_bitext(path, source="yor", target="eng", tokenized=True)) == [("éní", "one")]
    assert read_bitext(path).table["id"].to_pylist() == ["3"]
    assert list(read_bitext(put("b.json", '{"src": "a", "tgt": "b"}'))) == [("a", "b")]


def test_texts(put):
    assert list(read_texts(put("a.jsonl", '{"id": 1, "text": "a\\nb"}'))) == ["a\nb"]


WORDS = st.lists(st.text(max_size=3), max_size=4)
FIELDS = {
    "class": st.fixed_dictionaries({"text": st.text(), "label": st.sampled_from(["a", None])}),
    "slots": WORDS.map(lambda words: {"words": words, "tags": ["O"] * len(words), "label": "i"}),
    "parse": WORDS.map(
        lambda words: {
            "words": words,
            "tags": ["X"] * len(words),
            "heads": list(range(len(words))),
            "relations": words,
        }
    ),
    "answer": st.fixed_dictionaries(
        {
            "context": st.text(),
            "question": st.text(),
            "answer": st.text(),
            "start": st.integers(-1, 9),
        }
    ),
}


@given(st.data())
@settings(deadline=None, max_examples=40)
@pytest.mark.parametrize("task", FIELDS)
def test_examples_come_back(there_and_back, task, data):
    value = Labelled.of(data.draw(st.lists(FIELDS[task], min_size=1, max_size=4)), task)
    back = there_and_back(value, write_jsonl, lambda path: jsonl(path, task=task), "a.jsonl")
    assert back.fingerprint() == value.fingerprint()


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
@settings(deadline=None, max_examples=40)
def test_pairs_come_back(there_and_back, pairs):
    value = Bitext.of(pairs)
    assert (
        there_and_back(value, write_jsonl, read_bitext, "a.json.gz").fingerprint()
        == value.fingerprint()
    )
