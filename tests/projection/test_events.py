"""Events with arguments: spans that lie in each other and belong together, over links and by markers."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.labelled import labelled
from calque.data.pairs import pairs
from calque.data.view import view as viewed
from calque.data.written import written
from calque.errors import BadFile, BadValue
from calque.projection.by_candidates import by_candidates
from calque.projection.by_links import by_links
from calque.projection.by_markers import by_markers
from calque.projection.chain import chain
from calque.projection.complete import complete
from calque.projection.mark import mark
from calque.values import Labelled, Links, Texts

WORDS = ["troops", "from", "the", "north", "attacked", "the", "city", "of", "Goma"]
SPANS = [
    {"kind": "Attack", "start": 4, "end": 5, "of": -1},
    {"kind": "Attacker", "start": 0, "end": 4, "of": 0},
    {"kind": "Place", "start": 3, "end": 4, "of": 1},  # within the attacker
    {"kind": "Target", "start": 5, "end": 9, "of": 0},
    {"kind": "Place", "start": 5, "end": 9, "of": 0},  # the same words twice
]
EXAMPLES = Labelled.of([{"words": WORDS, "spans": SPANS}], "events", "eng")
TARGET = "mji wa Goma ulishambuliwa na askari wa kaskazini"
LINKS = [(0, 5), (1, 6), (3, 7), (4, 3), (6, 0), (7, 1), (8, 2)]


def carried(links, examples=EXAMPLES):
    both = pairs(written(examples), Texts.of([TARGET], "swh"))
    linked = Links(np.array(links), (len(WORDS), len(TARGET.split())))
    return by_links(examples, viewed(both, [linked]))


def said(row):
    return [
        (s["kind"], " ".join(row["words"][s["start"] : s["end"]]), row["spans"][s["of"]]["kind"])
        if s["of"] >= 0
        else (s["kind"], " ".join(row["words"][s["start"] : s["end"]]))
        for s in row["spans"]
    ]


def test_nested_and_equal_spans_are_carried_and_know_their_event():
    (row,) = carried(LINKS)
    assert said(row) == [
        ("Attacker", "askari wa kaskazini", "Attack"),
        ("Place", "kaskazini", "Attacker"),
        ("Attack", "ulishambuliwa"),
        ("Target", "mji wa Goma", "Attack"),
        ("Place", "mji wa Goma", "Attack"),
    ]
    assert [e["outcome"] for e in row["account"]] == ["kept"] * 5


def test_what_belongs_to_a_lost_span_is_lost_with_it():
    (row,) = carried([link for link in LINKS if link[0] != 4])
    assert row["spans"] == []
    reasons = {e["kind"]: e["reason"] for e in row["account"]}
    assert reasons["Attack"] == "no word is linked"
    assert {reasons[kind] for kind in ("Attacker", "Place", "Target")} == {
        "what it belongs to is lost"
    }
    made = carried([link for link in LINKS if link[0] not in (5, 6, 7, 8)])
    assert [kind for kind, *_ in said(next(iter(made)))] == ["Attacker", "Place", "Attack"]
    assert len(complete(made)) == 0 and len(complete(made, lost=2)) == 1


@pytest.mark.parametrize("style", ["numbered", "tags"])
def test_markers_within_markers_come_back(style):
    marked = mark(EXAMPLES, style=style)
    made = by_markers(EXAMPLES, marked, style=style)
    (row,) = made
    assert row["words"] == WORDS
    wanted = sorted((s["kind"], s["start"], s["end"]) for s in SPANS)
    assert sorted((s["kind"], s["start"], s["end"]) for s in row["spans"]) == wanted
    if style == "numbered":
        assert list(marked) == [
            "[1 troops from the [2 north]] [3 attacked] [4 [5 the city of Goma]]"
        ]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(-1, 3)), min_size=1, max_size=4
    )
)
def test_any_spans_come_back_whether_they_cross_or_not(drawn):
    spans = [
        {"kind": f"K{k}", "start": a, "end": min(a + size, 6), "of": of if of < k else -1}
        for k, (a, size, of) in enumerate(drawn)
    ]
    examples = Labelled.of([{"words": list("uvwxyz"), "spans": spans}], "events")
    (row,) = by_markers(examples, mark(examples))
    kinds = {s["kind"]: (s["start"], s["end"], s["of"]) for s in spans}
    assert len(row["spans"]) == len(spans)
    for one in row["spans"]:
        start, end, of = kinds[one["kind"]]
        assert (one["start"], one["end"]) == (start, end)
        assert (of < 0) == (one["of"] < 0)
        assert of < 0 or row["spans"][one["of"]]["kind"] == spans[of]["kind"]


def test_events_are_read_from_json_and_bad_ones_are_placed(tmp_path):
    path = tmp_path / "events.jsonl"
    row = {"words": WORDS, "spans": SPANS}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert list(labelled(path, task="events")) == list(EXAMPLES)
    for spans, why in (
        ([{"kind": "A", "start": 2, "end": 99}], "lies outside its 9 words"),
        (
            [{"kind": "A", "start": 2, "end": 3, "of": 0}],
            "span 0 that cannot belong to span 0 of 1",
        ),
        ([{"kind": "A"}], "not a list of spans"),
        ("x", "not a list of spans"),
    ):
        path.write_text(json.dumps({"words": WORDS, "spans": spans}) + "\n", encoding="utf-8")
        with pytest.raises(BadFile, match=f"events.jsonl:1: .*{why}"):
            labelled(path, task="events")
    with pytest.raises(BadValue, match="lies outside its 1 words"):
        Labelled.of([{"words": ["a"], "spans": SPANS[:1]}], "events")
    with pytest.raises(BadValue, match="cannot belong to span 3 of 1"):
        Labelled.of(
            [{"words": ["a"], "spans": [{"kind": "A", "start": 0, "end": 1, "of": 3}]}], "events"
        )


def test_who_cannot_carry_them_says_so():
    both = pairs(written(EXAMPLES), Texts.of([TARGET], "swh"))
    with pytest.raises(BadValue, match="'events' have no spans that it can carry"):
        by_candidates(EXAMPLES, viewed(both), lambda bitext: np.ones(len(bitext)))
    with pytest.raises(BadValue, match="'events' cannot be gone over again"):
        chain([carried(LINKS)])
    empty = Labelled.of([{"words": ["a"], "spans": []}, {"words": [], "spans": None}], "events")
    made = by_markers(empty, mark(empty))
    assert [row["spans"] for row in made] == [[], []]
