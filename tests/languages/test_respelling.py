import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calque.languages.maltese import to_arabic
from calque.languages.respelling import Known, Respelling

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "malti_fst.json").read_text("utf-8"))
RULES = Respelling(
    {"a": ("1", "2"), "ab": ("3",), "^a": ("4",), "b$": ("5", ""), "^ba$": ("whole",)}
)
LETTERS = st.text(alphabet="abx", max_size=7)


def test_the_longest_rule_counts_and_bounds_with_it():
    assert RULES.usual("xaxabxb") == "x1x3x5"
    assert RULES.usual("ax") == "4x"
    assert RULES.usual("ba") == "whole"
    assert RULES.usual("BA") == "whole"  # read in lower case


def test_a_word_that_no_rule_touches_keeps_its_case():
    assert RULES.usual("XX") == "XX"
    assert Respelling({}).usual("Word") == "Word"


def test_a_word_of_which_nothing_would_be_left_stays():
    assert Respelling({"b": ("",)}).usual("bb") == "bb"


def test_all_spellings_with_the_usual_first():
    assert list(RULES.spellings("xab")) == ["x3"]
    assert list(RULES.spellings("xaxb")) == ["x1x5", "x1x", "x2x5", "x2x"]


def test_a_sign_of_a_bound_alone_is_a_letter():
    assert Respelling({"^": ("v",), "$": ("s",)}).usual("a^$") == "avs"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LETTERS, st.lists(LETTERS, max_size=6))
def test_the_likeliest_is_the_commonest_known_spelling(word, others):
    """Looking only at beginnings of known words finds what looking at all spellings finds."""
    spellings = list(RULES.spellings(word))
    known = Known(Counter([*others, *spellings[1:3], *spellings[2:3]]))
    found = RULES.likeliest(word, known)
    counts = [known.counts[one] for one in spellings if one]
    if RULES.touches(word) and any(counts):
        assert known.counts[found] == max(counts)
        assert found in spellings
    else:
        assert found == RULES.usual(word)


@pytest.mark.parametrize("word", GOLDEN["spellings"])
def test_maltese_words_have_the_spellings_that_the_authors_tool_gives(word):
    assert sorted(set(to_arabic().spellings(word))) == GOLDEN["spellings"][word]


def test_a_word_of_a_hundred_vowels_is_no_trouble():
    word = "ba" * 100
    known = Known(Counter({to_arabic().usual(word): 1}))
    assert to_arabic().likeliest(word, known) == to_arabic().usual(word)
    assert len(list(islice(to_arabic().spellings(word), 5))) == 5
