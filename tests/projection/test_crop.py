"""The steps of CROP on planted text: gold in, gold out; noise in any step costs what it must; the student gains."""

import numpy as np
import pytest
from planted_markers import marked

from calque import part
from calque.maths.counts import span_f1, spans
from calque.projection.by_markers import by_markers
from calque.projection.by_text import by_text
from calque.projection.complete import complete
from calque.projection.fit_tagger import fit_tagger
from calque.projection.tag import tag
from calque.synthetic import family
from calque.values import Labelled, Texts, View

MARKERS = {
    "one of its markers is missing",
    "its markers are missing",
    "markers of a neighbor were eaten between its own",
}
WORLD = family(languages=2, seed=3, scripts=("Latn",), tree="star", concepts=120, overlap=0.2)
GOLD = WORLD.labelled("ner", "qab", 150, 2)
ENGLISH = WORLD.labelled("ner", "qaa", 150, 2)  # its gold translation, gold tags included
PAIRS = WORLD.bitext("qaa", "qab", 150, 2)
VIEW = View(PAIRS.sources, PAIRS.targets, links=tuple(WORLD.links("qaa", "qab", 150, 2)))


def f1(made, gold=GOLD):
    return span_f1(made.gold if isinstance(made, Labelled) else list(made), gold.gold).value


def matched(tagged, *, eaten=0.0, typos=0.0, ratio=0.8):
    """Tagged source sentences translated back with their markers, and found again in the originals."""
    generator = np.random.default_rng(1)
    back = part("projection.by_links")(tagged, VIEW)  # what a translator with markers would give
    words = [
        [w[:-1] + "x" if len(w) > 4 and generator.random() < typos else w for w in row["words"]]
        for row in back
    ]
    places = [
        [(k, e["new_start"], e["new_end"]) for k, e in enumerate(row["account"], 1) if e["outcome"] != "lost"]
        for row in back
    ]  # fmt: skip
    came = by_markers(tagged, marked(words, places, eaten=eaten, seed=2))
    original = Texts.of([" ".join(row["words"]) for row in GOLD], "qab", tokenized=True)
    return by_text(came, View.whole(part("data.written")(came), original), ratio=ratio)


def noisy(share):
    """Gold source sentences, this share of whose names nobody tagged."""
    generator = np.random.default_rng(3)
    rows = []
    for row in ENGLISH:
        tags = list(row["tags"])
        for _, a, b in spans(tags):
            if generator.random() < share:
                tags[a:b] = ["O"] * (b - a)
        rows.append({"words": row["words"], "tags": tags})
    return Labelled.of(rows, "tags", "qaa")


def test_gold_in_every_step_gives_gold():
    made = matched(ENGLISH)
    assert f1(made) == 1
    assert len(complete(made)) == len(GOLD)


def test_a_step_that_loses_names_costs_recall_and_the_account_says_where():
    total = sum(len(spans(tags)) for tags in ENGLISH.gold)
    for made, reasons in (
        (matched(ENGLISH, eaten=0.2), MARKERS),
        (matched(ENGLISH, typos=0.5, ratio=1.0), {"its words do not stand in the target text"}),
    ):
        lost = [e["reason"] for row in made for e in row["account"] if e["outcome"] == "lost"]
        assert set(lost) <= reasons
        assert 0.1 * total < len(lost) < 0.6 * total
        # what arrived is right, what was lost is missed
        assert f1(made) == pytest.approx(
            2 * (total - len(lost)) / (2 * total - len(lost)), abs=0.01
        )
        assert f1(complete(made), complete_of(made)) > 0.97
    tagged = noisy(0.3)
    left = sum(len(spans(tags)) for tags in tagged.gold)
    assert f1(matched(tagged)) == pytest.approx(2 * left / (left + total), abs=0.01)


def complete_of(made):
    """The gold examples of those rows that lost nothing."""
    kept = [k for k, row in enumerate(made) if all(e["outcome"] != "lost" for e in row["account"])]
    return GOLD.take(kept)


def test_alike_words_bring_back_what_a_translation_misspelt():
    exact, alike = (f1(matched(ENGLISH, typos=0.5, ratio=ratio)) for ratio in (1.0, 0.7))
    assert alike > 0.9 > exact + 0.05


def test_a_student_of_a_real_tagger_beats_zero_shot():
    train = WORLD.labelled("ner", "qaa", 150, 0)
    teacher = fit_tagger(train)
    guessed = part("data.predicted")(ENGLISH, tag(teacher, ENGLISH))
    made = matched(guessed, eaten=0.1, typos=0.1)
    # projection costs no more than what it lost
    assert f1(made) > f1(guessed, ENGLISH) - 0.15
    test = WORLD.labelled("ner", "qab", 100, 9)
    zero_shot = f1(tag(teacher, test), test)
    student = fit_tagger(complete(made))
    assert f1(tag(student, test), test) > zero_shot + 0.25
    gold = f1(tag(fit_tagger(GOLD), test), test)
    assert f1(tag(student, test), test) < gold + 0.02  # no more than from gold tags
