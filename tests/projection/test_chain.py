"""Several projections made one: span by span over one text, else sentence by sentence."""

import pytest
from planted_markers import marked, placed

from calque.data.view import view as viewed
from calque.errors import BadSetting, BadValue
from calque.projection.account import account
from calque.projection.by_links import by_links
from calque.projection.by_markers import by_markers
from calque.projection.chain import chain
from calque.projection.mark import mark
from calque.synthetic import family
from calque.values import Labelled, Texts

WORDS = ["Asha", "met", "Kofi", "in", "Accra"]
TAGS = ["B-PER", "O", "B-PER", "O", "B-LOC"]
KINDS = ("PER", "PER", "LOC")
SOURCE = ((0, 1), (2, 3), (4, 5))


def version(words, *places, sure=1.0, language="swh"):
    """A projection of the three names; None for a lost one."""
    tags, entries = ["O"] * len(words.split()), []
    for kind, (start, end), place in zip(KINDS, SOURCE, places, strict=True):
        new_start, new_end = place or (None, None)
        if place:
            tags[place[0] : place[1]] = [
                f"B-{kind}", *[f"I-{kind}"] * (place[1] - place[0] - 1)]  # fmt: skip
        entries.append(
            {"kind": kind, "start": start, "end": end, "new_start": new_start, "new_end": new_end,
             "outcome": "kept" if place else "lost", "reason": "" if place else "gone",
             "confidence": sure if place else 0.0})  # fmt: skip
    row = {"words": words.split(), "tags": tags, "account": entries, "id": "x"}
    return Labelled.of([row], "tags", language)


def told(made):
    (row,) = made
    return " ".join(row["tags"]), [(e["projector"], e["reason"]) for e in row["account"]]


TEXT = "Asha alikutana na Kofi mjini Accra"


def test_spans_of_one_text_come_from_the_first_that_has_them():
    first = version(TEXT, (0, 1), None, None, sure=0.1)
    second = version(TEXT, (1, 2), (3, 4), None)
    third = version(TEXT, None, None, (5, 6))
    made = chain([first, second, third], names=["markers", "links", "candidates"])
    assert told(made) == (
        "B-PER O O B-PER O B-LOC",
        [("markers", ""), ("links", ""), ("candidates", "")],
    )
    assert [round(e["confidence"], 3) for row in made for e in row["account"]] == [0.1, 1, 1]
    assert told(chain([second]))[1] == [("1", ""), ("1", ""), ("", "gone")]
    assert next(iter(made))["id"] == "x"


def test_a_later_span_gives_way_however_sure_it_is():
    first = version(TEXT, (0, 1), None, None, sure=0.1)
    second = version(TEXT, None, None, (0, 1))
    tags, whom = told(chain([first, second]))
    assert tags == "B-PER O O O O O"
    assert whom == [("1", ""), ("", "gone"), ("", "taken by another span")]


def test_of_different_texts_the_one_that_lost_least_is_taken_whole():
    short = version("Kofi na Asha Accra", (2, 3), (0, 1), None)
    whole = version(TEXT, (0, 1), (3, 4), (5, 6))
    tags, whom = told(chain([short, whole]))
    assert tags == "B-PER O O B-PER O B-LOC"
    assert [name for name, _ in whom] == ["2", "2", "2"]
    same = version(TEXT, None, (3, 4), (5, 6))
    assert told(chain([short, same]))[0] == "B-PER O B-PER O"  # as many lost: the first
    helped = version("Kofi na Asha Accra", None, None, (3, 4))
    assert told(chain([short, whole, helped]))[1] == [("1", ""), ("1", ""), ("3", "")]


def test_gold_links_find_every_span_whose_markers_were_eaten():
    world = family(languages=2, seed=5)
    source, gold = (world.labelled("ner", code, 300, 1) for code in ("qaa", "qab"))
    view = viewed(world.bitext("qaa", "qab", 300, 1), world.links("qaa", "qab", 300, 1))
    linked = by_links(source, view)
    texts = marked([row["words"] for row in gold], placed(linked), eaten=0.2, seed=3)
    read = by_markers(source, Texts(texts.table, linked.language, True))
    # a span that lost a closing marker may end elsewhere; those that are right to a word are compared
    right = [k for k, (a, b) in enumerate(zip(read.gold, gold.gold, strict=True))
             if all(x in ("O", y) for x, y in zip(a, b, strict=True))]  # fmt: skip
    made = chain([read.take(right), linked.take(right)], names=["markers", "links"])
    assert made.gold == [gold.gold[k] for k in right]
    whom = [entry["projector"] for row in made for entry in row["account"]]
    assert whom.count("markers") > whom.count("links") > 10
    assert {row["outcome"] for row in account(made)} == {"kept"}


def test_answers_and_nothing_at_all():
    row = {"context": "Asha came.", "question": "?", "answer": "Asha", "start": 0}
    none = {"context": "Asha came.", "question": "?", "answer": "", "start": -1}
    source = Labelled.of([row, none], "answer")
    read = by_markers(source, mark(source))
    gone = by_markers(source, Texts.of(["Asha came."] * 2))
    made = list(chain([gone, read]))
    assert [(one["answer"], one["start"]) for one in made] == [("Asha", 0), ("", -1)]
    assert made[0]["account"][0]["projector"] == "2"
    assert len(chain([read.take([]), gone.take([])])) == 0


def test_what_does_not_fit_is_refused():
    one = version(TEXT, None, None, None)
    with pytest.raises(BadSetting, match="1 versions and 2 names"):
        chain([one], names=["a", "b"])
    with pytest.raises(BadSetting, match="0 versions"):
        chain([])
    with pytest.raises(BadValue, match="version 2 has language 'deu', the first 'swh'"):
        chain([one, version(TEXT, None, None, None, language="deu")])
    with pytest.raises(BadValue, match="version 2 tells of other spans"):
        chain([one, one.take([])])
    with pytest.raises(BadValue, match="no account of their spans"):
        chain([Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")])
