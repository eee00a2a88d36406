"""Off-target translations: counts on planted outputs, words that say nothing, real languages."""

import numpy as np
import pytest

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.evaluation.off_target import off_target
from calque.evaluation.off_target_rows import off_target_rows
from calque.languages.traits import whole
from calque.synthetic import named
from calque.synthetic.identifier import identifier
from calque.values import Classifier, Texts, View
from calque.vocabulary.language_words import language_words
from calque.vocabulary.origins import origins

FAMILY = "languages=3 scripts=Latn concepts=60 topics=2 seed=1"


def said(language, *parts, source="qaa"):
    """The texts of several languages one after the other, as translations into `language`."""
    lines = [line for texts in parts for line in texts]
    originals = named(FAMILY).texts(source, len(lines), seed=5)
    return View.whole(originals, Texts.of(lines, language, tokenized=True))


@pytest.mark.parametrize("language", ["qaa", "qab", "qac"])
def test_a_family_is_told_apart_exactly(language):
    family, judge = named(FAMILY), identifier(family=FAMILY)
    own = family.texts(language, 200)
    assert off_target(said(language, own), judge).value == 0
    known = {code: set(family.language(code).forms.ravel()) for code in family.languages}
    for other in set(family.languages) - {language}:
        foreign = said(other, own)
        found = {row["row"]: row["found"] for row in off_target_rows(foreign, judge)}
        assert len(found) > 180
        for row, text in enumerate(own):
            words = [word for word in text.split() if word.isalpha()]
            held = {code: sum(word in known[code] for word in words) for code in known}
            assert held[found.get(row, other)] == max(held.values()) == len(words)


def test_planted_shares_are_counted_and_rows_named():
    family, judge = named(FAMILY), identifier(family=FAMILY)
    parts = [family.texts("qab", 30), family.texts("qaa", 7), family.texts("qac", 3)]
    view = said("qab", *parts)
    score = off_target(view, judge)
    assert (score.value, score.n) == (0.25, 40) and 0 < score.low < 0.25 < score.high < 1
    rows = list(off_target_rows(view, judge))
    assert [row["row"] for row in rows] == list(range(30, 40))
    assert [row["found"] for row in rows] == ["qaa"] * 7 + ["qac"] * 3
    assert rows[0]["translation"] == next(iter(parts[1])) and rows[0]["wanted"] == "qab"


def judge_of(**owners):
    """A judge that knows these words by language, and "und" for all others."""
    words = sorted({word for own in owners.values() for word in own})
    weights = np.array(
        [[20.0 * (word in own) for own in owners.values()] + [0.0] for word in words]
    )
    intercept = np.array([0.0] * len(owners) + [10.0])
    return Classifier((*owners, "und"), tuple(map(whole, words)), weights, intercept, 0)


def test_shared_unknown_and_missing_words():
    judge = judge_of(eng=["river", "radio"], swh=["mto", "radio"])
    rows = [
        ("a", "mto mto river", "swh"),  # most words count
        ("a", "mto river", "swh"),  # of equals the wanted one
        ("a", "Radio radio !", "swh"),  # both write it so
        ("a", "river radio", "eng"),
        ("a", "mto xyz", "swh"),
        ("a", "xyz mto xyz", "und"),  # most words are in no language
        ("a", " ", ""),  # nothing was said
        ("a", "12 !", ""),
    ]
    originals = Texts.of([old for old, _, _ in rows] + ["", "7 ."], "und", tokenized=True)
    view = View.whole(originals, Texts.of([new for _, new, _ in rows] + ["", "7 ."], "swh"))
    score = off_target(view, judge)
    assert score.n == len(rows)  # the last two have no words on either side
    assert score.value == 4 / 8
    found = {row["row"]: row["found"] for row in off_target_rows(view, judge)}
    assert found == {k: wanted for k, (_, _, wanted) in enumerate(rows) if wanted != "swh"}


def test_real_languages_by_words_of_their_texts():
    texts = {
        code: {
            split: Texts.of([one.text for one in sentences(code, split)][:80], code)
            for split in ("train", "test")
        }
        for code in ("eng", "swh", "deu")
    }
    words = language_words([own["train"] for own in texts.values()])
    judge = origins(words, longest=3, shared=2)
    assert set(judge.labels) == set(texts)
    for code, own in texts.items():
        view = View.whole(own["test"], own["test"])
        assert off_target(view, judge, boot=10).value <= 0.02
        wrong = View.whole(own["test"], Texts(own["test"].table, "swh" if code != "swh" else "eng"))
        assert off_target(wrong, judge, boot=10).value >= 0.98


def test_words_are_counted_by_language():
    words = language_words(
        [Texts.of(["Mto mto 7!"], "swh"), Texts.of(["mto"], "eng"), Texts.of(["a mto"], "eng")]
    )
    assert list(words) == [("Mto", "swh", 1), ("a", "eng", 1), ("mto", "eng", 2), ("mto", "swh", 1)]
    with pytest.raises(BadValue, match=r"texts of two languages, got \['eng'\]"):
        language_words([Texts.of(["mto"], "eng")])


def test_what_cannot_be_judged():
    judge = judge_of(eng=["river"], swh=["mto"])
    empty = View.whole(Texts.of([""]), Texts.of([""], "swh"))
    with pytest.raises(BadValue, match="nothing to judge"):
        off_target(empty, judge)
    assert len(off_target_rows(empty, judge)) == 0
    with pytest.raises(BadValue, match="wanted language 'deu'; it knows: eng, swh, und"):
        off_target(View.whole(Texts.of(["a"]), Texts.of(["b"], "deu")), judge)
    with pytest.raises(BadSetting, match="boot must be at least 1"):
        off_target(empty, judge, boot=0)


def test_the_wanted_language_can_have_another_name():
    family, judge = named(FAMILY), identifier(family=FAMILY)
    lines = [*family.texts("qab", 3), *family.texts("qac", 1)]
    view = View.whole(family.texts("qaa", 4), Texts.of(lines, "any", tokenized=True))
    assert off_target(view, judge, wanted="qab").value == 0.25
    assert [row["found"] for row in off_target_rows(view, judge, wanted="qab")] == ["qac"]
    with pytest.raises(BadValue, match="'any'"):
        off_target(view, judge)
