"""Questions about spans, and what is answered as candidates of their projection."""

import numpy as np
import pytest

from calque.data.pairs import pairs
from calque.data.side import side
from calque.data.view import view as viewed
from calque.data.written import written
from calque.errors import BadValue
from calque.projection.asked_spans import asked_spans
from calque.projection.by_candidates import by_candidates
from calque.projection.span_texts import span_texts
from calque.values import Labelled, Texts

ROWS = [
    {"words": ["Asha", "met", "Kofi", "Annan"], "tags": ["B-PER", "O", "B-PER", "I-PER"]},
    {"words": ["Goma"], "tags": ["B-LOC"]},
    {"words": ["no", "name"], "tags": ["O", "O"]},
]
EXAMPLES = Labelled.of(ROWS, "tags", "eng")
TARGETS = Texts.of(["Asha alikutana na Kofi Annan", "", "bila jina"], "swh")


def test_a_question_for_every_span_about_its_text_or_its_translation():
    asked = asked_spans(EXAMPLES)
    assert list(asked) == [
        ("PER : Asha met Kofi Annan", "Asha"),
        ("PER : Asha met Kofi Annan", "Kofi Annan"),
        ("LOC : Goma", "Goma"),
    ]
    assert (asked.source, asked.target) == ("eng", "named")
    other = asked_spans(EXAMPLES, TARGETS)
    assert [one for one, _ in other] == [
        "PER : Asha alikutana na Kofi Annan", "PER : Asha alikutana na Kofi Annan", "LOC : "]  # fmt: skip
    assert other.source == "swh"
    assert list(side(other, of="target")) == list(span_texts(EXAMPLES))
    with pytest.raises(BadValue, match="3 examples, but translations of 1"):
        asked_spans(EXAMPLES, TARGETS.take([0]))


def test_answers_are_candidates_and_the_scorer_chooses_among_them():
    lines = Texts.of(["Kofi Annan\tAsha\tnobody"] * 2 + [""], "named")
    view = viewed(pairs(written(EXAMPLES), TARGETS))

    def alike(bitext):
        return np.array([float(a == b) for a, b in bitext])

    made = by_candidates(EXAMPLES, view, alike, lines, longer=None)
    assert [row["tags"] for row in made] == [
        ["B-PER", "O", "O", "B-PER", "I-PER"], [], ["O", "O"]]  # fmt: skip
    assert [e["reason"] for row in made for e in row["account"]] == ["", "", "no target text"]
