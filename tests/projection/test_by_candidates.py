"""Spans on candidates: against every choice that could be made, T-Projection, and the synthetic family."""

import json
from functools import partial

import numpy as np
import pytest
from golden import t_projection
from planted_spans import example

from calque.data.view import view as viewed
from calque.errors import BadSetting, BadValue
from calque.maths.counts import spans as spans_in
from calque.projection.by_candidates import by_candidates
from calque.projection.chain import chain
from calque.projection.span_texts import span_texts
from calque.synthetic import family
from calque.values import Labelled, Texts, View
from calque.wordalign.lexical_scores import lexical_scores

GOLDEN = t_projection.HERE / "t_projection.json"
WORLD = family(languages=2, seed=5)


def table(scores):
    """A scorer that knows some pairs, the rest has 0."""
    return lambda bitext: np.array([scores.get(pair, 0.0) for pair in bitext])


def carried(words, tags, target, scores, generated=None, **settings):
    (row,) = by_candidates(
        *example(words, tags, target, ""),
        table(scores),
        generated and Texts.of(generated),
        **settings,
    )
    return " ".join(row["tags"]), [(e["outcome"], e["reason"]) for e in row["account"]]


def test_the_best_translation_wins_and_its_score_is_the_confidence():
    scores = {("New York", "a b"): 0.5, ("New York", "b c"): 0.75, ("New York", "b"): 0.7}
    made = by_candidates(*example("New York", "B-LOC I-LOC", "a b c", ""), table(scores))
    (row,) = made
    assert row["tags"] == ["O", "B-LOC", "I-LOC"]
    assert [(e["outcome"], e["confidence"]) for e in row["account"]] == [("kept", 0.75)]
    above = by_candidates(
        *example("New York", "B-LOC I-LOC", "a b c", ""), table(scores), above=0.8
    )
    assert [e["reason"] for row in above for e in row["account"]] == ["confidence too low"]


def test_words_are_given_once_and_who_chooses_first_decides():
    scores = {("x", "a"): 0.6, ("x", "b"): 0.5, ("y", "a"): 0.9}
    given = ("x y", "B-A B-B", "a b", scores)
    assert carried(*given) == ("B-B B-A", [("kept", ""), ("kept", "")])
    assert carried(*given, first="source")[0] == "B-A O"
    assert carried(*given, first="source")[1][1] == ("lost", "taken by another span")
    same = {("x", "a"): 1.0}  # one text for two spans: one after the other
    assert carried("x x", "B-A B-B", "a c a", same)[0] == "B-A O B-B"


def test_each_pair_of_texts_is_scored_once_and_long_ones_never():
    asked = []

    def scorer(bitext):
        asked.append(list(bitext))
        return np.ones(len(bitext))

    view = [example("x y", "B-A O", "a b a , a", ""), example("x", "B-B", "a b", "")]
    examples = Labelled.of([row for one, _ in view for row in one], "tags")
    sides = [
        Texts.of([next(iter(getattr(v, s))) for _, v in view], tokenized=True)
        for s in ("original", "rewritten")
    ]
    by_candidates(examples, View.whole(*sides), scorer, longer=1)
    ((pairs),) = asked
    assert sorted(pairs) == [("x", t) for t in ("a", "a b", "b", "b a")]


def drawn(seed, count=60):
    """Sentences with spans and a score of every span with every text."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        n = int(generator.integers(1, 6))
        tags = generator.choice(["B-X", "B-Y", "O"], 4).tolist()
        target = [f"t{k}" for k in range(n)]
        rows = [(a, b) for a in range(n) for b in range(a + 1, n + 1)]
        scores = {
            (f"s{k}", " ".join(target[a:b])): float(
                generator.choice([0, 0.2, 0.5, 0.9]) * (1 - a / 99)
            )
            for k in range(4)
            for a, b in rows
        }
        yield "s0 s1 s2 s3", " ".join(tags), target, scores, rows


@pytest.mark.parametrize("above", [0.0, 0.3])
def test_the_surest_pair_of_span_and_place_is_always_taken_next(above):
    lost = 0
    for words, tags, target, scores, rows in drawn(4):
        made = by_candidates(
            *example(words, tags, " ".join(target), ""), table(scores), longer=9, above=above
        )
        told = {e["start"]: (e["new_start"], e["new_end"]) for row in made for e in row["account"]}
        wanted, taken = {}, set()
        spans = [k for k, tag in enumerate(tags.split()) if tag != "O"]
        every = sorted(
            (-scores[f"s{k}", " ".join(target[a:b])], k, a, b) for k in spans for a, b in rows
        )
        for score, k, a, b in every:
            if -score >= max(above, 1e-9) and k not in wanted and not taken & set(range(a, b)):
                wanted[k] = (a, b)
                taken |= set(range(a, b))
        assert told == {k: wanted.get(k, (None, None)) for k in spans}
        lost += len(spans) - len(wanted)
    assert lost > 10


def test_generated_candidates_are_found_as_they_stand_or_nearly():
    given = ("Asha", "B-PER", "hapa ASHA , asha", {("Asha", "ASHA"): 0.9, ("Asha", "asha"): 1.0})
    assert carried(*given, generated=["ASHA\tnowhere"], longer=None)[0] == "O B-PER O O"
    assert carried(*given, generated=["Asha!"], longer=None)[0] == "O O O B-PER"
    assert carried(*given, generated=[""], longer=None) == ("O O O O", [("lost", "no candidate")])
    assert carried(*given, generated=["ASHA"])[0] == "O O O B-PER"  # beside all words in a row


def test_it_chooses_as_t_projection_does():
    """But where all places of a text are taken: it then looks for those in other letters, we do not."""
    told = json.loads(GOLDEN.read_text())["tags"]
    cases, scores = t_projection.planted()
    same = 0
    for case, wanted in zip(cases, told, strict=True):
        words = [text for _, text in case.spans]
        view = example(
            " ".join(words),
            " ".join(f"B-{kind}" for kind, _ in case.spans),
            " ".join(case.target),
            "",
        )
        lines = ["\t".join(case.candidates[kind]) for kind, _ in case.spans]
        there = f" {' '.join(case.target)} "

        def scorer(bitext, there=there):
            return np.array(
                [
                    max(
                        score
                        for text, score in scores[span].items()
                        if text == own or (f" {text} " not in there and text == own.lower())
                    )
                    for span, own in bitext
                ]
            )

        (row,) = by_candidates(*view, scorer, Texts.of(lines), longer=None, first="source")
        same += row["tags"] == wanted.split()
        if row["tags"] != wanted.split():
            assert len(spans_in(row["tags"])) < len(spans_in(wanted.split()))
            assert len({word.lower() for word in case.target}) < len(set(case.target))
    assert same == len(cases) - 3


def planted(count, wrong=0.0, seed=1):
    """Gold names and a scorer that knows what translates what, but for a share of pairs."""
    source, gold = (WORLD.labelled("ner", code, count, seed) for code in ("qaa", "qab"))
    view = viewed(WORLD.bitext("qaa", "qab", count, seed), WORLD.links("qaa", "qab", count, seed))
    true = set()
    for old, new, links in zip(source, gold, view.word_links(), strict=True):
        grid = links.grid()
        for _, a, b in spans_in(old["tags"]):
            reached = np.flatnonzero(grid[a:b].any(axis=0))
            text = " ".join(new["words"][reached[0] : reached[-1] + 1])
            true.add((" ".join(old["words"][a:b]), text))

    generator = np.random.default_rng(0)
    gone = {pair for pair in sorted(true) if generator.random() < wrong}
    return source, gold, view, table({pair: 1.0 for pair in true - gone}), gone


def test_a_scorer_that_knows_all_names_carries_every_span():
    source, gold, view, scorer, _ = planted(300)
    made = by_candidates(source, view, scorer, longer=6)
    assert made.gold == gold.gold
    assert {e["outcome"] for row in made for e in row["account"]} == {"kept"}


@pytest.mark.parametrize("wrong", [0.1, 0.4])
def test_names_that_the_scorer_does_not_know_are_lost_and_no_others(wrong):
    source, gold, view, scorer, gone = planted(300, wrong)
    made = by_candidates(source, view, scorer, longer=6)
    for old, new, wanted in zip(source, made, gold, strict=True):
        texts = [" ".join(old["words"][e["start"] : e["end"]]) for e in new["account"]]
        unknown = [any(text == one for one, _ in gone) for text in texts]
        assert [e["outcome"] == "lost" for e in new["account"]] == unknown
        if not any(unknown):
            assert new["tags"] == wanted["tags"]
    assert gone


def test_a_lost_span_is_taken_from_a_later_projector_of_the_chain():
    source, gold, view, scorer, _ = planted(100, 0.5)
    whole = planted(100)[3]
    first, second = (by_candidates(source, view, one, longer=6) for one in (scorer, whole))
    made = chain([first, second], names=["some", "all"])
    assert made.gold == gold.gold
    assert {e["projector"] for row in made for e in row["account"]} == {"some", "all"}


def test_a_lexicon_is_a_scorer_and_answers_are_carried():
    world = family(languages=2, seed=5, morphology="isolating", articles=False)
    source, gold = (world.labelled("answer", c, 80, 1, tokenized=False) for c in ("qaa", "qab"))
    old, new = (Texts.of([row["context"] for row in one]) for one in (source, gold))
    scorer = partial(lexical_scores, lexicon=world.lexicon("qaa", "qab"))
    made = by_candidates(source, View.whole(old, new), scorer)
    assert made.gold == gold.gold  # of an answer that stands twice, the first
    assert len(span_texts(source)) == len(source)


def test_odd_texts():
    assert carried("x", "B-A", "", {}) == ("", [("lost", "no target text")])
    assert carried("x", "B-A", ", .", {}) == ("O O", [("lost", "no candidate")])
    assert carried("!", "B-A", "! b", {("!", "!"): 1.0})[0] == "B-A O"  # a span of punctuation
    assert carried("שלום", "B-A", "東京 \u200b a", {("שלום", "\u200b"): 0.5})[0] == "O B-A O"


def test_what_does_not_fit_is_refused():
    given = example("x", "B-A", "a", "")
    for scorer in (
        lambda b: np.full(len(b), -1.0),
        lambda b: np.full(len(b), np.nan),
        lambda _: [1, 2],
    ):
        with pytest.raises(BadValue, match="must give a number of at least 0 for each of 1 pairs"):
            by_candidates(*given, scorer)
    with pytest.raises(BadValue, match="1 spans, but generated candidates for 2"):
        by_candidates(*given, table({}), Texts.of(["a", "b"]))
    for settings in ({"longer": -1}, {"longer": None}, {"first": "last"}, {"above": 2}):
        with pytest.raises(BadSetting, match=r"longer|first must be|above must lie"):
            by_candidates(*given, table({}), **settings)
