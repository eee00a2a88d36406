from functools import partial

import pytest

from calque.errors import BadValue
from calque.projection.reword import reword
from calque.projection.translate_words import translate_words
from calque.values import Labelled, Lexicon, Texts, View

LEXICON = Lexicon.of([("dar", "big house", 1.0), ("kelb", "dog", 1.0)], "mlt", "eng")
TRANSLATE = partial(translate_words, lexicon=LEXICON)


def test_tags_stay_with_their_words():
    rows = [
        {"words": ["id-", "dar", "a b"], "tags": ["DET", "NOUN", "X"], "id": 7},
        {"words": [], "tags": [], "id": 8},
    ]
    found = reword(Labelled.of(rows, "tags", "mlt"), TRANSLATE)
    assert [row["words"] for row in found] == [["id-", "big\u00a0house", "a\u00a0b"], []]
    assert [row["tags"] for row in found] == [["DET", "NOUN", "X"], []]
    assert [row["id"] for row in found] == [7, 8] and found.language == "eng"


def test_trees_stay_too():
    row = {
        "words": ["kelb", "kbir"],
        "tags": ["NOUN", "ADJ"],
        "heads": [0, 1],
        "relations": ["root", "amod"],
    }
    found = reword(Labelled.of([row], "parse"), TRANSLATE)
    assert list(found) == [row | {"words": ["dog", "kbir"]}]


def test_both_texts_of_a_pair():
    row = {"text": "Kelb.", "text_b": "dar", "label": "no"}
    assert list(reword(Labelled.of([row], "pair"), TRANSLATE)) == [
        {"text": "dog.", "text_b": "big house", "label": "no"}
    ]


def test_no_examples():
    assert len(reword(Labelled.of([], "tags", "mlt"), TRANSLATE)) == 0


def test_a_rewriter_that_drops_a_word_is_refused():
    def first_word(texts: Texts) -> View:
        return View.whole(texts, Texts.of([text.split(" ")[0] for text in texts], tokenized=True))

    with pytest.raises(BadValue, match="example 0 has 2 words and 1 after"):
        reword(Labelled.of([{"words": ["a", "b"], "tags": ["X", "X"]}], "tags"), first_word)


def test_questions_and_contexts_without_the_answer():
    row = {"context": "Dar u kelb", "question": "dar?", "answer": "kelb", "start": 6, "answers": ["kelb"]}  # fmt: skip
    assert list(reword(Labelled.of([row], "answer"), TRANSLATE)) == [
        {"context": "big house u dog", "question": "big house?", "answer": None, "start": None}
        | {"answers": None}
    ]


def test_events_are_refused():
    row = {"words": ["dar"], "spans": []}
    with pytest.raises(BadValue, match="task 'events' cannot be rewritten"):
        reword(Labelled.of([row], "events"), TRANSLATE)
