import gzip
import json
import logging
import os
from pathlib import Path

import pytest

from calque.data.labelled import labelled
from calque.data.open import open_bitext, open_labelled, open_lexicon, open_texts, task_of
from calque.errors import BadFile, BadSetting
from calque.registry import part

CONLLU = "# text = a\n1\ta\t_\tNOUN\t_\t_\t0\troot\t_\t_\n"
NESTED = {"context": "Ada", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}]}


def test_words_for_tasks():
    assert [
        task_of(word) for word in ("topic", "sentiment", "NLI", "pairs", "ner", "pos", "qa")
    ] == [*("class", "class", "pair", "pair", "tags", "tags", "answer")]
    assert task_of("parse") == "parse"
    with pytest.raises(
        BadSetting, match=r"^no task 'topik'; did you mean topic\?; there are: topic"
    ):
        task_of("topik")


@pytest.mark.parametrize(
    ("name", "content", "task", "gold"),
    [
        ("a.tsv", "text\tlabel\na\tx\n", "topic", ["x"]),
        ("a.csv", 'text,label\n"a,b",x\n', "sentiment", ["x"]),
        ("a.txt", "one text\nand another\n", "topic", [None, None]),
        ("a", "text\tlabel\na\tx\n", "topic", ["x"]),
        ("a.jsonl", '{"text": "a", "label": "x"}', "topic", ["x"]),
        ("a.txt", '{"text": "a", "label": "x"}\n', "topic", ["x"]),
        ("a.txt", "premise\thypothesis\tlabel\na\tb\tx\n", "nli", ["x"]),
        ("a.txt", "a B-X\nb O\n", "ner", [["B-X", "O"]]),
        ("a.tsv", "a\tc\nb\ti\n", "tags", [["c", "i"]]),
        ("a.iob2", "a\tB-X\n", "ner", [["B-X"]]),
        ("a.conllu", CONLLU, "pos", [["NOUN"]]),
        ("a.txt", CONLLU + "\n", "pos", [["NOUN"]]),
        ("a.conllu", CONLLU, "parse", [["0:root"]]),
        ("a.json", '{"tokens": ["a"], "tags": ["X"]}', "pos", [["X"]]),
        ("a.conll", "# intent = i\na\tO\n", "slots", [["O"]]),
        (
            "a.json",
            json.dumps({"data": [{"paragraphs": [{"context": "Ada", "qas": [NESTED]}]}]}),
            "qa",
            ["Ada"],
        ),
        ("a.jsonl", json.dumps(NESTED), "qa", ["Ada"]),
        (
            "a.jsonl",
            '{"context": "Ada", "question": "Who?", "answer": "Ada", "start": 0}',
            "qa",
            ["Ada"],
        ),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_examples_in_any_format(put, name, content, task, gold, packed):
    data = content.encode()
    value = open_labelled(
        put(f"{name}.gz" if packed else name, gzip.compress(data) if packed else data),
        task,
        language="swh",
    )
    assert (value.gold, value.language, value.task) == (gold, "swh", task_of(task))


def test_the_guess_is_said(put, caplog):
    caplog.set_level(logging.INFO)
    open_labelled(put("a.tsv", "tweet\tmood\na\tx\n"), "sentiment")
    assert caplog.messages == [
        "a.tsv: taken as delimited text with task 'class'",
        "a.tsv: columns separated by tabs, quotes kept as characters (none seen); "
        "{'text': 'tweet', 'label': 'mood'}",
        "a.tsv: 1 rows",
    ]


@pytest.mark.parametrize(
    ("name", "content", "task", "message"),
    [
        ("a.tsv", "a\tb\n", "parse", "a.tsv: delimited text; task 'parse' needs CoNLL-U or JSON"),
        ("a.tmx", "<tmx/>", "topic", "a.tmx: TMX; task 'class' needs delimited text or JSON"),
        ("a.conllu", CONLLU, "nli", "a.conllu: CoNLL-U; task 'pair' needs delimited text or JSON"),
        ("a.txt", "a b\n", "qa", "a.txt: text; task 'answer' needs SQuAD or JSON lines"),
        (
            "a.gz",
            b"PK\x03\x04",
            "topic",
            "a.gz: a zip archive (or a spreadsheet); unpack it, or save it as text",
        ),
    ],
)
def test_formats_that_do_not_hold_the_task(put, name, content, task, message):
    with pytest.raises(BadFile) as caught:
        open_labelled(put(name, content), task)
    assert str(caught.value) == message


def test_columns_are_passed_on(put):
    path = put("a.tsv", "x\ty\tz\na\tb\tc\n")
    assert open_labelled(path, "topic", columns={"text": "z", "label": "x"}).gold == ["a"]
    assert open_labelled(path, "topic", columns={"text": 3}, header=False).gold == [None] * 2
    path = put("a.conll", "a\tX\tO\n")
    assert open_labelled(path, "pos", columns={"words": 1, "tags": 2}).gold == [["X"]]
    with pytest.raises(BadSetting, match=r"columns of CoNLL are places from 1"):
        open_labelled(path, "pos", columns={"words": "a"})
    line = json.dumps({"context": "Ada", "q": "Who?", "a": NESTED["answers"]})
    path = put("a.jsonl", line)
    assert open_labelled(path, "qa", columns={"question": "q", "answers": "a"}).gold == ["Ada"]
    with pytest.raises(
        BadSetting, match=r"columns of questions are question and answers, not text, answers"
    ):
        open_labelled(path, "qa", columns={"text": "q", "answers": "a"})


def test_missing_files_folders_and_pipes(put, tmp_path):
    put("a.tsv", "")
    with pytest.raises(BadFile, match=r"^b.tsv: no such file$"):
        open_labelled("b.tsv", "topic")
    with pytest.raises(BadFile, match=r"a folder; name a file in it"):
        open_texts(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(BadFile, match=r"pipe: a pipe can be read only once"):
        open_texts("pipe")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "one\tmoja\n"),
        ("a.csv", "swahili,english\nmoja,one\n"),
        ("a.json", '{"translation": {"sw": "moja", "en": "one"}}'),
        ("a.src-tgt", "one ||| moja\n"),
        (
            "a.tmx",
            '<tmx><body><tu><tuv xml:lang="en"><seg>one</seg></tuv><tuv xml:lang="sw"><seg>moja</seg></tuv></tu></body></tmx>',
        ),
        (
            "a.xml",
            '<?xml version="1.0"?>\n<!DOCTYPE tmx SYSTEM "x">\n<tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>one</seg></tuv><tuv xml:lang="sw"><seg>moja</seg></tuv></tu></body></tmx>',
        ),
    ],
)
def test_sentence_pairs_in_any_format(put, name, content):
    value = open_bitext(put(name, content), source="eng", target="swh")
    assert (list(value), value.source, value.target) == ([("one", "moja")], "eng", "swh")


def test_sentence_pairs_in_two_files(put, tmp_path):
    put("news.en", "one\n")
    put("news.sw", "moja\n")
    wanted = [("moja", "one")]
    assert list(open_bitext("news", source="swh", target="eng")) == wanted
    assert list(open_bitext("news.sw", tmp_path / "news.en")) == wanted
    with pytest.raises(BadFile, match=r"news: no such file, and no news.xx for language 'som'"):
        open_bitext("news", source="som", target="eng")
    with pytest.raises(
        BadFile, match=r"news.en: no header and 1 column, .*expected at least 2 columns"
    ):
        open_bitext("news.en", source="eng", target="swh")


def test_texts_in_any_format(put):
    assert list(open_texts(put("a.txt", "one\ttwo\n\nthree, four\n"))) == [
        "one\ttwo",
        "",
        "three, four",
    ]
    assert list(open_texts(put("a.tsv", "id\ttext\n1\tone\n"))) == ["one"]
    assert list(open_texts(put("a.csv", "en,sw\none,moja\n"), language="swh")) == ["moja"]
    assert list(open_texts(put("a.jsonl", '{"text": "one"}'))) == ["one"]
    assert list(open_texts(put("a.txt", "x\ty\n"), columns={"text": 2})) == ["y"]
    with pytest.raises(BadFile, match=r"a.conllu: CoNLL-U; texts come as plain text"):
        open_texts(put("a.conllu", CONLLU))


def test_word_lists_in_any_format(put):
    assert list(open_lexicon(put("a.txt", "one moja\n"), source="eng")) == [("one", "moja", 1.0)]
    with pytest.raises(BadFile, match=r"a.json: JSON; word pairs come in columns"):
        open_lexicon(put("a.json", "{}"))


def test_parts_open_whatever_a_recipe_names(put):
    path = put("a.tsv", "text\tlabel\na\tx\n")
    assert labelled(path, task="topic").gold == ["x"]
    assert len(part("data.bitext")(put("b.tsv", "a\tb\n"))) == 1
    pairs = part("data.bitext")(put("one.txt", "a\n\n"), put("two.txt", "b\nc\n"))
    assert list(pairs) == [("a", "b"), ("", "c")]
    with pytest.raises(
        BadSetting, match=r"hf:org/name has both sides, so that two.txt has no place"
    ):
        part("data.bitext")("hf:org/name", Path("two.txt"))
    assert len(part("data.texts")(put("c.txt", "a\n"), language="swh")) == 1


@pytest.mark.parametrize(
    "start", ['<?xml version="1.0"?>\n<cesDoc>', "<!DOCTYPE html>", "\n<html>"]
)
def test_markup_is_not_taken_for_text(tmp_path, start):
    path = tmp_path / "text.xml"
    path.write_text(start + "\n<p>Egun on.</p>\n")
    with pytest.raises(BadFile, match=r"text\.xml: XML or HTML of a kind that is not known"):
        open_texts(path)
