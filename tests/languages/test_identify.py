import csv
import itertools
import re
import unicodedata

import numpy as np
import pytest

from calque.languages import resolve
from calque.languages.identify import (
    ONE_LANGUAGE,
    UNLIKE,
    closeness,
    likeness,
    profile,
    unlike,
    wrong_script,
    wrong_side,
)


def _made_up(letters, rows, seed=0):
    """Sentences of made-up words over an alphabet, a language of its own kind."""
    rng = np.random.default_rng(seed)
    stems = ["".join(rng.choice(list(letters), 4)) for _ in range(30)]
    return [" ".join(rng.choice(stems, 6)) for _ in range(rows)]


def test_profile_by_hand():
    ab = profile(["ab"])  # trigrams " ab" and "ab "
    assert np.flatnonzero(ab).size == 2
    assert ab[ab > 0] == pytest.approx([np.sqrt(0.5)] * 2)
    assert closeness(ab, profile(["AB! 12", "ab"])) == pytest.approx(1)
    # "aba" has " ab", "aba", "ba ": one of three in common with one of two
    assert closeness(ab, profile(["aba"])) == pytest.approx(np.sqrt(1 / 2 * 1 / 3), abs=1e-6)
    assert closeness(ab, profile(["xyz"])) == 0


def test_profile_ignores_normalization_and_segmentation():
    text = "Ẹ kú àárọ̀ 한국어"
    forms = [profile([unicodedata.normalize(form, text)]) for form in ("NFC", "NFD")]
    np.testing.assert_array_equal(*forms)
    np.testing.assert_array_equal(profile(["今日 の 午後"]), profile(["今日の午後"]))


@pytest.mark.parametrize("texts", [[], [""], ["123 !?"], ["\u200b \n"]])
def test_profile_without_letters_is_zero(texts):
    assert not profile(texts).any()
    assert closeness(profile(texts), profile(["abc"])) == 0


def test_likeness_limits():
    one, other = _made_up("abcdefgh", 60), _made_up("stuvwxyz", 60)
    assert likeness(one, one) == pytest.approx(1, abs=0.02)
    assert likeness(one, other) == pytest.approx(0, abs=0.02)
    assert likeness(one[:19], one) is None  # too few texts
    assert likeness([""] * 50, one) is None
    assert likeness(["\ud800"] * 50, one) is None


def test_wrong_script():
    assert wrong_script(["Доброе утро"], "swh") == (
        "100% of the letters are Cyrl, 0% in a script of Swahili (Latn)"
    )
    assert wrong_script(["Habari za asubuhi"], "swh") is None
    assert wrong_script(["Dobro jutro"], "srp") is None  # either of its scripts will do
    assert wrong_script(["Dobro jutro"], "sr-Latn") is None
    assert "Cyrl" in str(wrong_script(["Добро јутро"], "sr-Latn"))
    assert wrong_script(["日本語です"], "jpn") is None
    assert wrong_script(["繁體中文"], "zho") is None
    assert "Latn" in str(wrong_script(["all of it untranslated"], "zho"))
    assert wrong_script(["12 !?"], "swh") is None  # no letters
    assert wrong_script([], "swh") is None
    assert wrong_script(["Доброе утро"], "und") is None


def test_wrong_side_by_hand():
    source, target = _made_up("abcdefgh", 60), _made_up("stuvwxyz", 60)
    assert wrong_side(source, target) is None
    assert wrong_side(source, source) == "100% of the rows are the same on both sides (60 of 60)"
    half = [*source[:30], *target[30:]]
    assert wrong_side(source, half) == "50% of the rows are the same on both sides (30 of 60)"
    assert wrong_side(source, [*source[:29], *target[29:]]) is None
    again = list(reversed(source))
    assert "both sides look like one language" in str(wrong_side(source, again))
    assert wrong_side(source, target, source, target) is None
    assert "source side is" in str(wrong_side(source, target, target, source))
    assert "target side: letter trigrams are 0.00 like" in str(
        wrong_side(source, target, target_reference=source)
    )
    assert str(wrong_side(source, target, source="eng", target="rus")).startswith(
        "target side: 100%"
    )


@pytest.mark.parametrize("texts", [[], [""], ["​"], ["123"] * 50, ["a"]])
def test_too_little_text_is_no_evidence(texts):
    assert wrong_side(texts, ["Some text of a language"] * len(texts)) is None
    assert unlike(texts, ["Some text of a language"] * 50) is None


# Real texts. Figures and thresholds are those of the module's docstring.


@pytest.fixture(scope="module")
def news(data_folder):
    """NTREX-128: code -> 400 lines, parallel across languages."""
    paths = sorted((data_folder / "ntrex-128").glob("newstest*.txt"))
    codes = [re.search(r"(?:ref|src)\.(.+)\.txt", path.name).group(1) for path in paths]
    return {
        code: path.read_text("utf-8").splitlines()[:400]
        for code, path in zip(codes, paths, strict=True)
    }


def _topics(data_folder, folder):
    with (data_folder / "sib-200" / folder / "train.tsv").open(encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t")][:400]


def test_every_news_text_is_in_a_script_of_its_language(news):
    assert len(news) == 51
    assert {code: reason for code in news if (reason := wrong_script(news[code], code))} == {}


def test_no_real_pair_of_different_languages_looks_like_one(news):
    close = ["por", "spa", "fra", "swa", "zul", "kin", "rus", "ukr", "deu", "ltz", "amh", "tir"]
    for source, target in itertools.combinations(close, 2):
        assert wrong_side(news[source], news[target], source=source, target=target) is None


def test_closest_real_pairs_stay_below_the_threshold(data_folder):
    with (data_folder / "nusax/mt/train.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = ["indonesian", "banjarese", "minangkabau", "balinese", "javanese"]
    alike = [
        likeness([row[a] for row in rows], [row[b] for row in rows])
        for a, b in itertools.combinations(names, 2)
    ]
    assert 0.8 < max(alike) < 0.92 < ONE_LANGUAGE


def test_one_language_on_both_sides_is_found(news, data_folder):
    assert likeness(news["eng"], news["eng-GB"]) > ONE_LANGUAGE
    with (data_folder / "sick-nl/SICK_NL.txt").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[:1000]
    first, second = ([row[f"sentence_{side}"] for row in rows] for side in "AB")
    assert "one language" in str(wrong_side(first, second))
    assert wrong_side(first, [row["sentence_A_original"] for row in rows]) is None


def test_swapped_sides_are_found_with_references(news, data_folder):
    folders = {"spa": "spa_Latn", "por": "por_Latn", "ind": "ind_Latn", "zul": "zul_Latn"}
    references = {code: _topics(data_folder, folder) for code, folder in folders.items()}
    for source, target in itertools.permutations(folders, 2):
        right = wrong_side(news[source], news[target], references[source], references[target])
        assert right is None, (source, target)
        wrong = wrong_side(news[source], news[target], references[target], references[source])
        assert "source side is" in str(wrong), (source, target)


def test_unlike_finds_wrong_languages_and_accuses_no_right_one(news, data_folder):
    folders = {
        resolve(path.name): path.name for path in sorted((data_folder / "sib-200").glob("*_*"))
    }
    shared = [code for code in news if resolve(code) in folders]
    assert len(shared) > 30
    accused = {
        code for code in shared if unlike(news[code], _topics(data_folder, folders[resolve(code)]))
    }
    # NTREX's Burmese is in the Zawgyi encoding: the same code points mean other letters there
    assert accused == {"mya"}
    english = _topics(data_folder, "eng_Latn")
    others = [code for code in news if resolve(code).code != "eng"]
    found = [code for code in others if unlike(news[code], english)]
    assert len(found) == len(others)
    assert likeness(news["spa"], _topics(data_folder, "por_Latn")) > UNLIKE  # the honest limit
