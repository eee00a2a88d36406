"""Taggers of projected tags: by hand, against NLTK, and on planted text."""

import numpy as np
import pytest
from nltk.probability import LidstoneProbDist
from nltk.tag.hmm import HiddenMarkovModelTrainer

from calque.data.view import view
from calque.errors import BadSetting, BadValue
from calque.languages.words import folded
from calque.maths.counts import hits
from calque.projection.by_links import by_links
from calque.projection.fit_tagger import fit_tagger
from calque.projection.tag import tag
from calque.synthetic import family
from calque.values import Labelled, Tagger, Texts, store


def tagged(*sentences):
    """Sentences as `word/tag`, a word without a slash without a tag."""
    rows = []
    for sentence in sentences:
        pairs = [(*word.split("/"), None)[:2] for word in sentence.split()]
        rows.append({"words": [a for a, _ in pairs], "tags": [b for _, b in pairs]})
    return Labelled.of(rows, "tags")


def test_counts_by_hand():
    model = fit_tagger(tagged("The/D cat/N", "the/D dog/N", "Run/V"), smoothing=0.5, ending=0)
    assert model.tags == ("D", "N", "V")
    assert model.words == ("cat", "dog", "run", "the")
    np.testing.assert_allclose(model.start, np.array([2.5, 0.5, 1.5]) / 4.5)
    np.testing.assert_allclose(model.steps[0], np.array([0.5, 2.5, 0.5]) / 3.5)
    np.testing.assert_allclose(model.emission[3], [2.5 / 4.5, 0.5 / 4.5, 0.5 / 3.5])
    np.testing.assert_allclose(model.unknown, [[0.5 / 4.5, 0.5 / 4.5, 0.5 / 3.5]])
    # all known words and one more have all there is
    np.testing.assert_allclose(model.emission.sum(axis=0) + model.unknown[0], 1)


def test_a_gap_is_not_counted_and_joins_nothing():
    gaps = fit_tagger(tagged("the/D big cat/N", "x the/D"), smoothing=1.0, ending=0)
    assert gaps.words == ("cat", "the")
    np.testing.assert_allclose(gaps.steps, 0.5)  # no tag follows another
    np.testing.assert_allclose(gaps.start, [2 / 3, 1 / 3])  # the second begins with a gap


def test_expectations_fill_gaps():
    rows = ["the/D cat/N"] * 6 + ["a cat/N"] * 6 + ["the/D dog"] * 2
    counted, filled = (fit_tagger(tagged(*rows), rounds=rounds, ending=0) for rounds in (0, 5))
    assert "a" not in counted.words
    place, d, n = filled.words.index("a"), filled.tags.index("D"), filled.tags.index("N")
    assert filled.emission[place, d] > 10 * filled.emission[place, n]
    dog = filled.emission[filled.words.index("dog")]
    assert dog[n] > 10 * dog[d]
    assert tag(filled, Texts.of(["a dog"])).labels == (("D", "N"),)


def test_no_gaps_leave_nothing_to_expect():
    rows = tagged("the/D cat/N runs/V", "cat/N runs/V")
    counted, filled = (fit_tagger(rows, rounds=rounds) for rounds in (0, 3))
    np.testing.assert_allclose(counted.emission, filled.emission, atol=1e-12)
    np.testing.assert_allclose(counted.steps, filled.steps, atol=1e-12)


def test_ends_tell_unknown_words():
    rows = tagged("walking/V dogs/N", "talking/V cats/N", "quickly/A", "sadly/A")
    model = fit_tagger(rows, ending=3)
    assert tag(model, Texts.of(["jumping birds", "badly"])).labels == (("V", "N"), ("A",))
    plain = model(["ψ"])[0]  # no end of it was seen
    assert plain.max() < 2 * plain.min()


def nltk_tags(rows, tests, smoothing):
    """What NLTK says, which has no word more than it saw; here one more is counted, as unknown."""
    sentences = [list(zip(map(folded, row["words"]), row["tags"], strict=True)) for row in rows]
    symbols = [*sorted({word for words in sentences for word, _ in words}), "<unknown>"]
    states = sorted({tag for words in sentences for _, tag in words})
    trainer = HiddenMarkovModelTrainer(states, symbols)
    model = trainer.train_supervised(
        sentences, estimator=lambda counts, bins: LidstoneProbDist(counts, smoothing, bins)
    )
    known = set(symbols)
    return [
        model.best_path([w if w in known else "<unknown>" for w in map(folded, row["words"])])
        for row in tests
        if row["words"]
    ]


@pytest.mark.parametrize("smoothing", [0.01, 1.0])
def test_nltk_says_the_same(smoothing):
    world = family(languages=1, seed=3)
    rows, tests = (world.labelled("pos", "qaa", 40, seed) for seed in (1, 2))
    found = tag(fit_tagger(rows, smoothing=smoothing, ending=0), tests)
    theirs = nltk_tags(rows, tests, smoothing)
    assert [list(tags) for tags in found] == theirs
    assert hits(theirs, tests.gold).value < 1  # there is something to be wrong about


def planted(seed=5, count=300):
    """Source tags over gold links, gold tags of the same and of other sentences of the target."""
    world = family(languages=2, seed=seed)
    source = world.labelled("pos", "qaa", count, 1)
    pairs, links = (getattr(world, what)("qaa", "qab", count, 1) for what in ("bitext", "links"))
    made = by_links(source, view(pairs, links), bare=True).table.to_pylist()
    generator = np.random.default_rng(seed)
    for row in made:  # as if two links of five had not been found
        row["tags"] = [name if generator.random() < 0.6 else None for name in row["tags"]]
    return (
        Labelled.of(made, "tags"),
        world.labelled("pos", "qab", count, 1),
        world.labelled("pos", "qab", 100, 2),
    )


def test_what_is_carried_teaches_almost_what_gold_tags_teach():
    made, same, test = planted()
    assert any(None in tags for tags in made.gold)
    by_gold = hits(tag(fit_tagger(same), test), test.gold).value
    by_carried = hits(tag(fit_tagger(made), test), test.gold).value
    filled = hits(tag(fit_tagger(made, rounds=3), test), test.gold).value
    usual = max(hits([[name] * len(t) for t in test.gold], test.gold).value for name in test.labels)
    assert by_gold > 0.9
    assert usual + 0.3 < by_carried
    assert by_carried > by_gold - 0.15
    assert filled > by_gold - 0.15


def test_sentences_with_few_tags_are_left_out():
    rows = tagged("the/D cat/N", "a b c the/N")
    assert "N" in fit_tagger(rows).tags
    model = fit_tagger(rows, least=0.5, ending=0)
    place = model.words.index("the")
    assert model.emission[place, model.tags.index("D")] > 0.5
    with pytest.raises(BadValue, match="none of 1 examples has a tag in 90% of its words"):
        fit_tagger(tagged("a b/N"), least=0.9)


def test_odd_text():
    model = fit_tagger(tagged("e\u0301/N", "שלום/V", "É/N"), ending=2)
    assert model.words == ("é", "שלום")
    rows = [{"words": words, "tags": None} for words in ([], ["É", "\u200b", "x" * 5000], ["שלום"])]
    found = tag(model, Labelled.of(rows, "tags"))
    assert [len(tags) for tags in found] == [0, 3, 1]
    assert found.labels[1][0] == "N" and found.labels[2] == ("V",)
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert tag(model, Texts.of([])).labels == ()


def test_it_is_kept_and_read_again(tmp_path):
    model = fit_tagger(tagged("the/D cat/N"))
    store.save(model, tmp_path / "kept")
    read = store.load(tmp_path / "kept")
    assert isinstance(read, Tagger) and read.fingerprint() == model.fingerprint()
    np.testing.assert_array_equal(read(["the", "?"]), model(["the", "?"]))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"smoothing": 0.0}, "smoothing must be above 0"),
        ({"rounds": -1}, "rounds at least 0"),
        ({"least": 1.5}, r"least must lie in \[0, 1\]"),
    ],
)
def test_settings_that_make_no_sense(settings, said):
    with pytest.raises(BadSetting, match=said):
        fit_tagger(tagged("a/N"), **settings)


def test_what_has_no_tags_is_refused():
    with pytest.raises(BadValue, match="none of 1 examples has a tag"):
        fit_tagger(tagged("a b"))
    with pytest.raises(BadValue, match="none of 0 examples has a tag"):
        fit_tagger(tagged())
    topics = Labelled.of([{"text": "a", "label": "x"}], "class")
    with pytest.raises(BadValue, match="'class' have no tags of words"):
        fit_tagger(topics)
    with pytest.raises(BadValue, match="'class' have no words"):
        tag(fit_tagger(tagged("a/N")), topics)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": np.ones(3)}, "start of shape"),
        ({"steps": np.zeros((2, 2))}, "steps must be above 0"),
        ({"endings": ("a",)}, '"" as first ending'),
        ({"tags": ("N", "N")}, "tags occur twice"),
    ],
)
def test_a_tagger_that_cannot_be(change, said):
    ones = {"start": np.ones(2), "steps": np.ones((2, 2)), "emission": np.ones((1, 2))}
    given = ones | {"unknown": np.ones((1, 2)), "tags": ("N", "V"), "words": ("a",)}
    with pytest.raises(BadValue, match=said):
        Tagger(**(given | {"endings": ("",)} | change))
