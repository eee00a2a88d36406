"""Answers: planted ones are learned, found in any window, whole characters at exact places; what is refused."""

import logging
from itertools import pairwise

import numpy as np
import pytest
import torch
import transformers

from calque import synthetic
from calque.errors import BadValue
from calque.models import answering
from calque.models.answering import answer_targets, answerable, asked
from calque.models.folder import open_tokenizer
from calque.models.fresh import fresh
from calque.models.graft import graft
from calque.models.predict import predict
from calque.models.tune import tune
from calque.values import Labelled, Texts
from calque.vocabulary.train import train as vocabulary

FAST = {"learning_rate": 5e-3, "batch_size": 16}
FILLERS = "the small sees in a to and home one two الكلب الصغير يرى 犬 🙂".split()  # noqa: SIM905


def row(context, question, answer, start=None):
    found = context.find(answer) if answer else -1
    place = found if start is None else start
    return {"context": context, "question": question, "answer": answer, "start": place}


def questions(count, seed=0, none=False):
    """The question names a color; the answer is the animal with a home for it. "small" has none."""
    generator, rows = np.random.default_rng(seed), []
    for number in range(count):
        words = list(generator.choice(FILLERS, size=6))
        words.insert(2, "cat")
        words.insert(int(generator.integers(4, 8)), "dog river")
        kind = number % (3 if none else 2)
        answer = ["cat", "dog river", ""][kind]
        rows.append(row(" ".join(words), ["house", "runs", "small"][kind], answer))
    return Labelled.of(rows, "answer", "eng")


@pytest.fixture(scope="module")
def reader(tiny):
    return tune(tiny("bert"), questions(96), questions(12, 2), epochs=10, **FAST)


def right(made, examples):
    return np.mean([one == gold for one, gold in zip(made, examples.gold, strict=True)])


def test_planted_answers_are_learned_and_transformers_loads_them(reader):
    test = questions(40, seed=1)
    made = predict(reader, test)
    assert right(made, test) > 0.9
    for start, answer, example in zip(made.starts, made, test, strict=True):
        assert example["context"].startswith(answer, start)
    model = transformers.AutoModelForQuestionAnswering.from_pretrained(reader.folder)
    assert model.qa_outputs.out_features == 2
    assert reader.config["calque_task"] == "answer" and not reader.config["calque_unanswered"]


def test_phrases_of_a_synthetic_language_are_found():
    """The question is a verb's role, the answer the phrase that fills it."""
    torch.set_num_threads(1)
    family, roles = synthetic.family(seed=3), ("nsubj", "obj")

    def ask(count, seed):
        rows = []
        for number, parse in enumerate(family.labelled("parse", "qaa", count, seed)):
            role = roles[number % 2]
            if role in parse["relations"]:
                word = parse["words"][parse["relations"].index(role)]
                rows.append(row(" ".join(parse["words"]), role, word))
        return Labelled.of(rows, "answer", "qaa")

    train, test = ask(400, 0), ask(60, 5)
    texts = [*(one["context"] for one in train), *roles]
    base = fresh(vocabulary(Texts.of(texts, "qaa"), size=500), width=32, layers=1, longest=64)
    made = predict(tune(base, train, epochs=14, **FAST), test)
    chance = np.mean([1 / len(one["context"].split()) for one in test])
    assert right(made, test) > 0.35 > 2 * chance


@pytest.mark.parametrize(
    "filler",
    ["الكَلْبُ الصَّغِيرُ يَرَى", "ที่ น้ำ ผู้ใหญ่ กิน", "👩🏽‍🚀 👍🏾 🇰🇪 e\u0301", "\ufeff\u200b 小さい犬 \u00a0"],
)
def test_an_answer_beyond_many_windows_is_found_at_its_place(reader, filler):
    front = f"{filler} " * 200
    context = f"{front}🙂 cat 🙂 {filler}"
    assert len(open_tokenizer(reader).tokenize(context)) > 512
    examples = Labelled.of([row(context, "house", "cat")] * 2, "answer")
    made = predict(reader, examples)
    assert list(made) == ["cat", "cat"]
    assert made.starts == (context.index("cat"),) * 2


ODD = [
    ("قال الكَلْبُ الصَّغِيرُ هنا", "الكَلْبُ"),
    ("กินที่บ้าน ผู้ใหญ่", "ผู้ใหญ่"),
    ("go 👩🏽‍🚀 now 🇰🇪", "👩🏽‍🚀"),
    ("\ufeffcafe\u0301 नमस्ते दुनिया", "नमस्ते"),
    ("\u200b x\u00a0 y  z", "y"),
    ("小さい犬は家で猫を見る", "猫"),
]


@pytest.mark.parametrize("name", ["bert", "xlmr", "distilbert", "deberta", "modernbert"])
def test_what_is_to_be_learned_reads_as_the_gold_answer(tiny, name):
    """From characters to pieces and back, in every window that holds the answer."""
    rows = [
        row(f"{pad}{context}", "a " * 3, answer)
        for context, answer in ODD
        for pad in ("", "the cat " * 30)
    ]
    examples = Labelled.of(rows, "answer")
    made = asked(open_tokenizer(tiny(name)), examples, maximum=40)
    assert max(made.windows.lengths) <= 40 and len(made.windows) > 2 * len(rows)
    targets = answer_targets(made, examples, "train")
    seen = exact = 0
    for words, owner, (first, last) in zip(
        made.windows.words, made.windows.owner, targets, strict=True
    ):
        if first == 0:
            continue
        spans = np.full((len(rows), 2), -1)
        spans[owner] = words[first], words[last]
        texts, starts = answering._texts(made, examples, spans)
        example, seen = rows[owner], seen + 1
        assert example["context"].startswith(texts[owner], starts[owner])
        assert example["answer"] in texts[owner]
        # a piece may be wider than the answer: an unknown word, bytes of two characters
        (begin, _), (_, end) = made.offsets[owner][[words[first], words[last]]]
        if begin >= example["start"] and end <= example["start"] + len(example["answer"]):
            exact += 1
            assert texts[owner] == example["answer"]
    assert exact >= 6
    assert seen >= len(rows)


def test_windows_cover_the_context_and_share_pieces(tiny, caplog):
    tokenizer = open_tokenizer(tiny("bert"))
    rows = [row("cat " * 200, "dog", ""), row("", "dog", ""), row("cat " * 50, "dog " * 50, "")]
    with caplog.at_level(logging.WARNING):
        made = asked(tokenizer, Labelled.of(rows, "answer"), maximum=40)
    assert made.windows.inputs == 3
    for owner, count in ((0, 200), (1, 0), (2, 50)):
        own = [w for w, o in zip(made.windows.words, made.windows.owner, strict=True) if o == owner]
        pieces = [words[words >= 0] for words in own]
        assert np.unique(np.concatenate(pieces)).tolist() == list(range(count))
        for one, other in pairwise(pieces):
            assert len(np.intersect1d(one, other)) >= len(one) // 2
    assert "1 questions fill more than half a window" in caplog.text


def test_questions_without_an_answer(tiny):
    none = tune(tiny("bert"), questions(120, none=True), epochs=14, **FAST)
    test = questions(45, seed=1, none=True)
    made = predict(none, test)
    assert none.config["calque_unanswered"]
    assert right(made, test) > 0.8
    assert {start == -1 for one, start in zip(made, made.starts, strict=True) if not one} == {True}
    # what has learned that there may be none knows it still after learning from others, and on another body
    assert tune(none, questions(8), epochs=1).config["calque_unanswered"]
    assert predict(graft(none, none), test).labels == made.labels


def test_any_context_is_ordinary(reader):
    odd = ["", " \u200b", "e\u0301" * 300, "שלום עולם", "🙂" * 50, "a\x00b", "\u202eabc"]
    examples = Labelled.of(
        [row(text, question, "") for text in odd for question in ("", "house")], "answer"
    )
    made = predict(reader, examples)
    for answer, start, example in zip(made, made.starts, examples, strict=True):
        assert example["context"].startswith(answer, max(start, 0)) and answer == answer.strip()
        assert (start == -1) == (answer == "")


def test_answers_that_do_not_stand_in_their_context(tiny, caplog):
    wrong = Labelled.of([*questions(3), row("the cat", "house", "dog", start=4)], "answer")
    with pytest.raises(
        BadValue, match="row 3 of train: the answer 'dog' does not stand at character 4"
    ):
        tune(tiny("bert"), wrong, epochs=1)
    lost = Labelled.of([*questions(3), row("the cat", "house", "bird")], "answer")
    with caplog.at_level(logging.WARNING):
        assert len(answerable(lost, "train")) == 3
        tune(tiny("bert"), lost, epochs=1)
    assert "train: 1 answers stand nowhere in their context and are left out" in caplog.text
    long = Labelled.of([row("cat " * 90, "house", ("cat " * 90).strip())], "answer")
    with caplog.at_level(logging.WARNING):
        answer_targets(asked(open_tokenizer(tiny("bert")), long, maximum=40), long, "train")
    assert "train: 1 answers have no pieces, or more than fit a window" in caplog.text
    missing = Labelled.of([{"context": "a", "question": None}], "answer")
    with pytest.raises(BadValue, match="'question' has missing values"):
        predict(tune(tiny("bert"), questions(4), epochs=1), missing)
