import pickle
import subprocess
import sys
import time
import unicodedata
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from calque.errors import BadSetting, UnknownName
from calque.synthetic import family
from calque.synthetic.forms import closed
from calque.synthetic.scripts import SCRIPTS

SMALL = family(concepts=120, languages=4, seed=5)
FINGERPRINTS = """
from calque.synthetic import family
from calque.values.base import fingerprint
made = family(concepts=120, languages=4, seed=5, typos=0.1, dropped=0.1, free=0.1, wrong_labels=0.1)
print(fingerprint([
    made.bitext("qaa", "qab", 30), made.links("qaa", "qab", 30), made.lexicon("qab", "qad"),
    *(made.labelled(t, "qac", 30) for t in "topic ner pos parse nli intents answer".split()),
    made.clone("qac").texts("qae", 30), list(made.facts("qaa", 5))]))
"""


def test_the_same_in_every_process():
    seen = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", FINGERPRINTS]
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        seen.add(subprocess.run(command, env=env, capture_output=True, check=True).stdout)
    assert len(seen) == 1


def test_seeds_make_other_families_and_other_texts():
    assert list(SMALL.texts("qaa", 20)) == list(family(concepts=120, seed=5).texts("qaa", 20))
    assert list(SMALL.texts("qaa", 20)) != list(SMALL.texts("qaa", 20, 1))
    assert list(SMALL.lexicon("qaa", "qab")) != list(family(concepts=120).lexicon("qaa", "qab"))


@pytest.mark.parametrize("of", ["statements", "requests", "premises", "contexts"])
def test_the_first_texts_do_not_depend_on_n(of):
    long, short = SMALL.bitext("qaa", "qab", 20, of=of), SMALL.bitext("qaa", "qab", 7, of=of)
    assert list(long)[:7] == list(short)


def test_it_is_a_frozen_value():
    with pytest.raises(FrozenInstanceError):
        SMALL.seed = 1  # type: ignore[misc]
    assert family(concepts=120, seed=5) == SMALL
    assert SMALL.fingerprint() == family(concepts=120, seed=5).fingerprint()
    assert SMALL.fingerprint() != family(concepts=120, seed=6).fingerprint()


def test_it_travels_to_other_processes_after_use():
    SMALL.texts("qaa", 2)
    there = pickle.loads(pickle.dumps(SMALL))
    assert there == SMALL and list(there.texts("qab", 3)) == list(SMALL.texts("qab", 3))


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_and_a_single_text(n):
    assert len(SMALL.texts("qaa", n)) == n
    assert len(SMALL.bitext("qaa", "qab", n)) == n
    assert len(SMALL.links("qaa", "qab", n)) == n
    for task in ("topic", "ner", "pos", "parse", "nli", "intents", "answer"):
        assert len(SMALL.labelled(task, "qab", n)) == n
    assert len(SMALL.facts("qab", n)) == n
    noisy = family(concepts=120, typos=0.5, dropped=0.5, free=0.5, misaligned=1.0, wrong_labels=0.5)
    assert len(noisy.links("qaa", "qab", n)) == len(noisy.bitext("qaa", "qab", n)) == n
    assert len(noisy.labelled("answer", "qab", n)) == n


def test_links_fit_the_bitext():
    noisy = family(concepts=120, languages=3, dropped=0.2, free=0.2, misaligned=0.2, typos=0.2)
    for made in (SMALL, noisy):
        for of in ("statements", "requests", "contexts", "premises", "questions"):
            pairs, links = made.bitext("qaa", "qac", 60, of=of), made.links("qaa", "qac", 60, of=of)
            sizes = [(len(s.split(" ")), len(t.split(" "))) for s, t in pairs]
            assert [link.size for link in links] == sizes
            assert all("" not in s.split(" ") and "" not in t.split(" ") for s, t in pairs)


def meanings(code: str) -> dict[str, set[int]]:
    language, found = SMALL.language(code), {}
    for concept in np.flatnonzero(language.words[:-1]).tolist():
        for form in language.forms[concept]:
            found.setdefault(form, set()).add(concept)
    return found


@pytest.mark.parametrize(("a", "b"), [("qaa", "qab"), ("qab", "qac"), ("qac", "qad")])
def test_surely_linked_words_mean_the_same(a, b):
    one, other = meanings(a), meanings(b)
    pairs = zip(SMALL.bitext(a, b, 200), SMALL.links(a, b, 200), strict=True)
    for (source, target), link in pairs:
        source, target = source.split(), target.split()
        for i, j in link.pairs[link.sure].tolist():
            assert one[source[i]] & other[target[j]]


def test_the_lexicon_holds_what_both_have_a_word_for():
    lemmas = {(a, b) for a, b, _ in SMALL.lexicon("qaa", "qab")}
    forms = {(a, b) for a, b, _ in SMALL.lexicon("qaa", "qab", inflected=True)}
    assert lemmas < forms and (".", ".") in forms - lemmas
    one, other = meanings("qaa"), meanings("qab")
    assert all(one[a] & other[b] for a, b in forms)
    shared = set().union(*one.values()) & set().union(*other.values())
    assert len(lemmas) == len(shared) - SMALL.world.sizes["stop"]


def test_words_of_a_language_differ():
    for code in SMALL.languages:
        language = SMALL.language(code)
        lemmas = language.forms[language.words[:-1], 0].tolist()
        assert len(set(lemmas)) == len(lemmas)
        assert all(unicodedata.normalize("NFC", word) == word for word in lemmas)


def test_clones_are_bijective_and_share_no_character():
    made = family(concepts=120, languages=3, scripts=("Hang", "Thai", "Latn"), overlap=0.3)
    for original in made.languages:
        cloned = made.clone(original).clone(original)
        first, second = cloned.languages[-2:]
        assert cloned.original(second) == original and cloned.distance(first, original) == 0
        for clone in (first, second):
            pairs = [(a, b) for a, b, _ in cloned.lexicon(original, clone, inflected=True)]
            there, back = dict(pairs), {b: a for a, b in pairs}
            assert len(there) == len(back) == len(pairs)
            letters = cloned.language(clone).letters
            assert len(set(letters.values())) == len(letters)
            for of in ("statements", "requests", "questions"):
                ours, theirs = (cloned.sentences(c, 80, of=of).words for c in (original, clone))
                assert [[there[word] for word in row] for row in ours] == theirs
            text = "".join(list(cloned.texts(original, 80))).replace(" ", "")
            assert "".join(letters[c] for c in text) == "".join(cloned.texts(clone, 80)).replace(
                " ", ""
            )
        alphabets = [set("".join(cloned.texts(c, 80))) - {" "} for c in cloned.languages]
        assert not alphabets[-1] & set().union(*alphabets[:-1])


def test_a_family_of_clones():
    made = family(languages=9, clone=True, concepts=120)
    assert made.tree == dict.fromkeys(made.languages[1:], "qaa") | {"qaa": "proto"}
    for link in made.links("qab", "qac", 20):
        assert link.pairs.tolist() == [[i, i] for i in range(link.size[0])] and link.sure.all()
    with pytest.raises(BadSetting, match="9 clones, but there are letters for 8"):
        family(languages=10, clone=True)


def test_overlap_is_exact_where_scripts_differ_and_nested():
    shared = {}
    for overlap in (0.0, 0.2, 0.7, 1.0):
        made = family(concepts=120, languages=2, scripts=("Latn", "Arab"), overlap=overlap)
        content = ~closed(made.world)
        one, other = (made.language(code).forms[content, 0] for code in made.languages)
        shared[overlap] = set(np.flatnonzero(one == other))
        assert len(shared[overlap]) == round(overlap * content.sum())
    assert shared[0.0] < shared[0.2] < shared[0.7] < shared[1.0]


def test_every_script_speaks():
    made = family(languages=len(SCRIPTS), scripts=tuple(SCRIPTS), concepts=120)
    for code in made.languages:
        for tokenized in (True, False):
            assert all(made.texts(code, 5, tokenized=tokenized))


def test_ten_thousand_pairs_with_links_take_under_three_seconds():
    made = family(languages=2, seed=9)
    start = time.process_time()
    made.bitext("qaa", "qab", 10_000)
    made.links("qaa", "qab", 10_000)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"languages": 0}, "languages must be 1 to 520, got 0"),
        ({"cognates": 1.5}, "cognates must lie in \\[0, 1\\], got 1.5"),
        ({"typos": -0.1}, "typos must lie"),
        ({"topics": 1}, "topics must be 2 to 12, got 1"),
        ({"concepts": 100}, "concepts must be 120 \\(for 6 topics\\)"),
        ({"order": "SVX"}, "no order 'SVX'; did you mean SVO"),
        ({"morphology": "fusionall"}, "did you mean fusional"),
        ({"scripts": ()}, "scripts must not be empty"),
    ],
)
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(BadSetting, match=message):
        family(**settings)


def test_names_that_do_not_exist():
    with pytest.raises(UnknownName, match=r"no language 'qax'.*there are: qaa, qab"):
        SMALL.texts("qax", 3)
    with pytest.raises(UnknownName, match="no task 'topics'; did you mean topic"):
        SMALL.labelled("topics", "qaa", 3)
    with pytest.raises(BadSetting, match="no texts called 'statement'; did you mean statements"):
        SMALL.texts("qaa", 3, of="statement")
    with pytest.raises(BadSetting, match="n must be at least 0, got -1"):
        SMALL.texts("qaa", -1)
    with pytest.raises(BadSetting, match=r"n must be 0 to .* the number of facts"):
        SMALL.facts("qaa", 10**9)
