"""Proclitics are found where they were planted, taken off where a word is left, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.errors import BadSetting
from calque.languages.proclitics import without_proclitics
from calque.values import Bitext, Texts
from calque.vocabulary.grams import grams
from calque.vocabulary.proclitics import proclitics
from calque.vocabulary.words import words
from calque.wordalign.bare import bare
from calque.wordalign.hmm import hmm


def language(seed=0, count=400):
    """Words of one to three syllables, many of them also with one of three proclitics before them."""
    generator = np.random.default_rng(seed)
    syllables = [c + v for c in "ptkmnslr" for v in "aeiou"]
    stems = sorted(
        {"".join(generator.choice(syllables, generator.integers(2, 4))) for _ in range(count)}
    )
    joined = [p + s for p in ("wa", "ال", "d’") for s in stems if generator.random() < 0.4]
    return stems, joined


def test_planted_proclitics_are_found_and_nothing_else():
    stems, joined = language()
    assert proclitics(Texts.of([" ".join(stems + joined)])) == ["d’", "wa", "ال"]
    assert proclitics(Texts.of([" ".join(stems)])) == []


def test_case_and_composition_make_no_difference():
    stems, joined = language()
    loud = [word.upper() for word in joined]
    assert proclitics(Texts.of([" ".join(stems + loud)])) == proclitics(
        Texts.of([" ".join(stems + joined)])
    )
    stems = ["\u00e9" + stem for stem in stems]
    joined = ["wae\u0301" + stem[1:] for stem in stems[:100]]
    assert "wa" in proclitics(Texts.of([" ".join(stems + joined)]))


@pytest.mark.parametrize(("wanted", "longest", "share"), [([], 1, 0.3), ([], 3, 1.0)])
def test_what_is_too_long_or_too_often_no_word_is_none(wanted, longest, share):
    stems, joined = language()
    others = ["wa" + word[::-1] + "x" for word in stems[:30]] + ["d’ooo", "الooo"]
    assert (
        proclitics(Texts.of([" ".join(stems + joined + others)]), longest=longest, share=share)
        == wanted
    )


def test_empty_text_has_none():
    assert proclitics(Texts.of([])) == proclitics(Texts.of(["", "\u200b"])) == []


@pytest.mark.parametrize(("longest", "share"), [(0, 0.3), (3, 0.0), (3, 1.1)])
def test_refuses_settings_that_make_no_sense(longest, share):
    with pytest.raises(BadSetting, match="longest ≥ 1 and share in"):
        proclitics(Texts.of(["a"]), longest=longest, share=share)


@settings(deadline=None)
@given(st.text("abc", min_size=1, max_size=12), st.sets(st.text("abc", min_size=1, max_size=2)),
       st.sets(st.text("abc", min_size=3, max_size=5)))  # fmt: skip
def test_what_is_left_is_the_word_or_a_known_end_of_it(word, off, known):
    rest = without_proclitics(word, off, known)
    assert word.endswith(rest)
    assert rest == word or rest in known
    assert without_proclitics(rest, off, known) == rest


def test_one_after_the_other_comes_off():
    assert without_proclitics("walkitab", {"wa", "l"}, {"lkitab", "kitab"}) == "kitab"
    assert without_proclitics("walkitab", {"wa", "wal"}, {"lkitab", "kitab"}) == "kitab"
    assert without_proclitics("walkitab", {"wa"}, {"kitab"}) == "walkitab"


def test_bare_words_stay_words():
    bitext = Bitext.of(
        [("The book!", "الكتاب !"), ("", ""), ("a book", "وكتاب كتاب")], "eng", "arb"
    )
    made = bare(bitext, ["ال", "و"])
    assert list(made) == [("The book !", "كتاب !"), ("", ""), ("a book", "كتاب كتاب")]
    assert (made.source, made.target, made.tokenized) == ("eng", "arb", True)
    assert bare(bitext, []) is bitext


def test_the_other_side_and_unknown_rests_stay():
    made = bare(Bitext.of([("alfa fa", "Alfa xfa")], "eng", "spa"), ["al", "x"])
    assert list(made) == [("alfa fa", "Alfa xfa")]


def test_links_are_better_where_forms_are_many():
    """Every noun stands with one of five proclitics: whole words are too rare to be linked."""
    generator = np.random.default_rng(1)
    stems, _ = language(3, 150)
    off = ["wa", "ki", "ba", "lo", ""]
    pairs, gold = [], []
    for _ in range(120):
        chosen = generator.choice(len(stems), 6, replace=False)
        order = generator.permutation(6)
        target = [off[generator.integers(5)] + stems[chosen[k]] for k in order]
        pairs.append((" ".join(f"e{k}" for k in chosen), " ".join(target)))
        gold.append({(int(i), place) for place, i in enumerate(order)})
    bitext = Bitext.of(pairs, "eng", "und")
    found = [p for p in off if p]

    def right(given):
        links = hmm(given)
        return np.mean([len(g & set(map(tuple, link.pairs.tolist()))) / 6 for g, link in zip(gold, links, strict=True)])  # fmt: skip

    assert right(bare(bitext, found)) > right(bitext) + 0.15


def test_a_form_with_a_proclitic_is_spelled_like_the_word():
    vocabulary = words(Texts.of(["kitab walkitab kitabun walkutub"]), shared=2)
    mixture = grams(vocabulary, ["wal"], shared=1)
    assert dict(mixture.origins("▁walkitab")) == dict(mixture.origins("▁kitab"))
    # no word is left of this one
    assert dict(mixture.origins("▁walkutub")) == dict(
        grams(vocabulary, shared=1).origins("▁walkutub")
    )
