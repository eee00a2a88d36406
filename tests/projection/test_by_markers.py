"""Spans read from markers: exactly where these stand, less what was eaten, and no harm to the text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_markers import marked, placed

from calque.errors import BadSetting, BadValue
from calque.projection.by_links import by_links
from calque.projection.by_markers import by_markers
from calque.projection.mark import mark
from calque.projection.markers import form_for, forms
from calque.roles import projector
from calque.synthetic import family
from calque.values import Labelled, Texts, View

NAMES = Labelled.of(
    [
        {
            "words": ["Asha", "lives", "in", "New", "York", "."],
            "tags": ["B-PER", "O", "O", "B-LOC", "I-LOC", "O"],
        }
    ],
    "tags",
    "eng",
)
STYLES = ("numbered", "brackets", "tags", "quotes")


def read(text, examples=NAMES, names=None, **options):
    """Words of the target, its tags, and (outcome, reason, confidence) of each span."""
    (row,) = by_markers(examples, Texts.of([text]), names, **options)
    told = [(e["outcome"], e["reason"], pytest.approx(e["confidence"])) for e in row["account"]]
    return " ".join(row["words"]), " ".join(row["tags"]), told


KEPT = ("kept", "", 1.0)
WORD = st.text(st.sampled_from('ab1２[]{}<>/&⟨⟩«"”:.,;א東\u0301é'), min_size=1, max_size=4) | (
    st.sampled_from(["[1", "<a>", "</a>", "&lt;b&gt;", "1]", "2008", "..."])
)
SPANS = st.lists(st.tuples(WORD, st.sampled_from(["O", "B-X", "B-Y", "I"])), max_size=9)


@given(st.lists(SPANS, min_size=1, max_size=4), st.sampled_from(STYLES))
@settings(max_examples=100, deadline=None)
def test_markers_read_back_to_the_input_and_its_tags_and_nothing_else(sentences, style):
    rows = []
    for sentence in sentences:
        tags: list[str] = []
        for _, tag in sentence:
            inside = tag == "I" and tags and tags[-1] != "O"
            tags.append(f"I-{tags[-1][2:]}" if inside else "O" if tag == "I" else tag)
        rows.append({"words": [word for word, _ in sentence], "tags": tags})
    examples = Labelled.of(rows, "tags")
    texts = list(mark(examples, style=style))
    names = Texts.of([" ".join(row["words"][a:b]) for row in rows for a, b in _runs(row["tags"])])
    made = by_markers(examples, Texts.of(texts, tokenized=True), names, style=style)
    choices = forms("test", style)
    for row, new in zip(rows, made, strict=True):
        assert new["words"] == row["words"]
        if form_for(" ".join(row["words"]), choices) is None:
            assert {e["reason"] for e in new["account"]} <= {"its text holds markers of its own"}
            assert set(new["tags"]) <= {"O"}
        else:
            assert new["tags"] == row["tags"]
            assert {e["outcome"] for e in new["account"]} <= {"kept"}


def _runs(tags):
    starts = [k for k, tag in enumerate(tags) if tag.startswith("B-")]
    return [
        (a, next((k for k in range(a + 1, len(tags)) if not tags[k].startswith("I-")), len(tags)))
        for a in starts
    ]


def _planted(count=400):
    world = family(languages=2, seed=5)
    source, gold = (world.labelled("ner", code, count, 1) for code in ("qaa", "qab"))
    links = tuple(world.links("qaa", "qab", count, 1))
    view = View(*(Texts.of([" ".join(r["words"]) for r in s], tokenized=True)
                  for s in (source, gold)), links=links)  # fmt: skip
    return source, gold, placed(by_links(source, view))


def test_markers_where_gold_links_lead_carry_every_span_exactly():
    source, gold, places = _planted()
    words = [row["words"] for row in gold]
    made = by_markers(source, marked(words, places))
    assert made.gold == gold.gold
    assert [row["words"] for row in made] == words
    entries = [entry for row in made for entry in row["account"]]
    assert len(entries) > 100
    assert {(e["outcome"], e["confidence"]) for e in entries} == {("kept", 1.0)}


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_eaten_markers_lose_the_spans_that_they_are_of(rate):
    source, gold, places = _planted(1000)
    made = by_markers(source, marked([row["words"] for row in gold], places, eaten=rate))
    entries = [entry for row in made for entry in row["account"]]
    lost = np.mean([entry["outcome"] == "lost" for entry in entries])
    # a span whose closing marker is gone may end at that of another whose opening one is
    assert lost == pytest.approx(1 - (1 - rate) ** 2, abs=0.04)
    reasons = [entry["reason"] for entry in entries]
    both = reasons.count("its markers are missing") / len(entries)
    assert both == pytest.approx(
        rate**2 + rate * (1 - rate), abs=0.04
    )  # a closing one has no number


def test_doubled_markers_are_changed_spans_at_the_rate_of_doubling():
    source, gold, places = _planted(1000)
    made = by_markers(source, marked([row["words"] for row in gold], places, doubled=0.2))
    entries = [entry for row in made for entry in row["account"]]
    changed = [entry for entry in entries if entry["outcome"] == "changed"]
    assert len(changed) / len(entries) == pytest.approx(0.2, abs=0.04)
    assert {(e["reason"], e["confidence"]) for e in changed} == {("marked more than once", 0.5)}


@pytest.mark.parametrize("law", projector.laws, ids=lambda law: law.__name__)
def test_laws_of_projectors_hold_for_texts_that_were_marked(law):
    """The words are those of the text without markers, which is what the laws are given."""

    def part(examples, view):
        words = [text.split() for text in view.rewritten]
        made = marked(words, placed(by_links(examples, view)))
        return by_markers(examples, Texts(made.table, view.rewritten.language, True))

    law(part, *projector.example(1))


@pytest.mark.parametrize(
    ("text", "words", "tags"),
    [
        ("【1 阿霞】住在［2 纽约］。", "阿 霞 住 在 纽 约 。", "B-PER I-PER O O B-LOC I-LOC O"),
        ("[ 2 New York ]da [1 Asha] yashaydi", "New York da Asha yashaydi", "B-LOC I-LOC O B-PER O"),
        ("[1: Asha ] in[２New York ].", "Asha inNew York .", "B-PER B-LOC I-LOC O"),
        ("[١ آشا] في [٢ نيويورك].", "آشا في نيويورك .", "B-PER O B-LOC O"),
    ],
)  # fmt: skip
def test_variants_of_brackets_and_numbers_are_read(text, words, tags):
    found = read(text)
    assert found[:2] == (words, tags)


def test_full_width_and_escaped_tags_are_read():
    for text in ("< A >Asha</ A > au &lt;b&gt;Yok&lt;/b&gt;", "＜a＞Asha＜/a＞ au <b>Yok<b>"):
        assert read(text, style="tags") == ("Asha au Yok", "B-PER O B-LOC", [KEPT, KEPT])


def test_what_happened_to_markers_is_said():
    assert read("[1 Asha au [2 Yok]")[2] == [
        ("lost", "one of its markers is missing", 0.0), KEPT]  # fmt: skip
    assert read("Asha au [2 Yok]")[2][0] == ("lost", "its markers are missing", 0.0)
    assert read("[1 ] au [2 Yok]") == (
        "au Yok", "O B-LOC", [("lost", "nothing stands between its markers", 0.0), KEPT])  # fmt: skip
    assert read("  ")[2] == [("lost", "no target text", 0.0)] * 2
    words, tags, told = read("[1 Asha]nin [2 Yok]")
    assert (words, tags) == ("Ashanin Yok", "B-PER B-LOC")
    assert told[0] == ("changed", "a marker stands inside a word", 4 / 7)


def test_a_pair_that_swallowed_a_neighbor_is_no_span():
    eaten = ("lost", "markers of a neighbor were eaten between its own", 0.0)
    gone = ("lost", "its markers are missing", 0.0)
    assert read("[1 Asha anaishi New York] .") == (
        "Asha anaishi New York .",
        "O O O O O",
        [eaten, gone],
    )
    assert read("[2 Asha anaishi New York] .")[2] == [gone, eaten]
    assert read("[Asha anaishi New York] .", style="brackets")[2][0][0] == "lost"
    # it has not grown: the neighbor's markers are simply gone
    assert read("[1 Asha] anaishi New York .")[2] == [KEPT, gone]
    assert read("[1 Asha Bakari] anaishi New York mjini .")[2] == [KEPT, gone]


def test_a_number_that_is_none_of_a_marker_stays():
    assert read("[1 Asha] au [2008 Yok]")[:2] == ("Asha au 2008 Yok", "B-PER O B-LOC I-LOC")
    plain = Labelled.of([{"words": ["x"], "tags": ["O"]}], "tags")
    assert read("see [1 x] and {y}", plain)[0] == "see [ 1 x ] and { y }"


def test_overlapping_markers_give_each_word_to_one_span():
    words, _, told = read("[1 Asha [2 New York]]")
    assert words == "Asha New York"
    assert sorted(one[:2] for one in told) == [("kept", ""), ("lost", "taken by another span")]


TWO = Labelled.of([{"words": ["x", "y"], "tags": ["B-A", "B-A"]}], "tags")


def test_without_numbers_one_type_goes_by_order_and_others_by_likeness():
    brackets = {"style": "brackets"}
    assert read("[u] z [v]", TWO, **brackets) == ("u z v", "B-A O B-A", [KEPT, KEPT])
    _, tags, told = read("[Nyu York] ko [Asha]", **brackets)
    assert tags == "B-LOC I-LOC O B-PER"
    assert told == [KEPT, ("kept", "", 12 / 16)]  # "n" and " york", 6 of 8 characters
    assert read("[Niuoki] ko [Asha]", **brackets)[2] == [KEPT, ("kept", "", 0.5)]  # what is left
    assert {one[0] for one in read("[Niuoki] ko [Aisa]", ratio=0.9, **brackets)[2]} == {"lost"}
    names = Texts.of(["Aisa", "Niuoki"])
    assert read("[Niuoki] ko [Aisa]", names=names, ratio=0.9, **brackets)[2] == [KEPT, KEPT]
    one_gone = read("[u] z", TWO, **brackets)
    assert one_gone[1] == "B-A O"
    assert [one[0] for one in one_gone[2]] == ["kept", "lost"]


def test_answers_are_read_with_their_places():
    world = family(languages=2, seed=5)
    source, gold = (
        world.labelled("answer", code, 100, 1, tokenized=False) for code in ("qaa", "qab")
    )
    made = by_markers(source, mark(gold))
    for one, wanted in zip(made, gold, strict=True):
        assert (one["context"], one["answer"], one["start"]) == (
            wanted["context"],
            wanted["answer"],
            wanted["start"],
        )
    assert {entry["outcome"] for row in made for entry in row["account"]} == {"kept"}


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="1 examples, but translations of 2"):
        by_markers(NAMES, Texts.of(["a", "b"]))
    with pytest.raises(BadValue, match="2 spans, but translations of 1"):
        by_markers(NAMES, Texts.of(["a"]), Texts.of(["Asha"]))
    with pytest.raises(BadSetting, match=r"ratio must lie in \[0, 1\]"):
        by_markers(NAMES, Texts.of(["a"]), ratio=2)
    with pytest.raises(BadSetting, match="style must be"):
        by_markers(NAMES, Texts.of(["a"]), style="stars")  # type: ignore[arg-type]
