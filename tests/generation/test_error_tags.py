from collections import Counter

import pytest

from calque.generation.error_tags import error_tags
from calque.generation.valid import valid
from calque.synthetic.errors import errors
from calque.values import Bitext

FAMILY = "languages=2 morphology=fusional seed=3"


def tags(source, target, **settings):
    [row] = error_tags(Bitext.of([(source, target)]), **settings)
    return " ".join(row["tags"])


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("the cats sat on mats", "c c c c c"),
        ("cats the sat on mats", "order order c c c"),
        ("the cts sat on mats", "c spelling c c c"),
        ("the catss sta on mats", "c spelling spelling c c"),
        ("the catty sat on mats", "c form c c c"),
        ("the dogs sat on mats", "c word c c c"),
        ("the cats cats sat on mats", "c c extra c c c"),
        ("the sat on mats", "c missing c c"),
        ("the cats sat on", "c c c missing"),
    ],
)
def test_what_is_wrong_with_each_word(target, wanted):
    found = tags("the cats sat on mats", target, kinds=True)
    if "extra" in wanted:  # either of two equal words may be the one too many
        assert Counter(found.split()) == Counter(wanted.split())
    else:
        assert found == wanted
        plain = " ".join("c" if one == "c" else "i" for one in wanted.split())
        assert tags("the cats sat on mats", target) == plain


def test_words_before_which_one_is_missing_may_be_right():
    assert tags("a b c", "a c", missing=False) == "c c"


def test_planted_errors_are_found_word_by_word():
    """Every word that was made wrong is tagged, and of the right ones next to none."""
    pairs = errors(family=FAMILY, n=1500, rates=(0.06, 0.05, 0.06))
    found = error_tags(pairs)
    gold = [["i" if kind else "c" for kind in kinds] for kinds in pairs.table["kinds"].to_pylist()]
    same = [a == b for a, b in zip(found.gold, gold, strict=True)]
    assert sum(same) / len(same) > 0.995
    words = [
        (a, b) for x, y in zip(found.gold, gold, strict=True) for a, b in zip(x, y, strict=True)
    ]
    counts = Counter(words)
    assert counts["i", "i"] > 1500
    assert counts["c", "i"] + counts["i", "c"] < 0.003 * counts["i", "i"] + 5


def test_kinds_are_those_that_were_planted():
    pairs = errors(family=FAMILY, n=1500, rates=(0.06, 0.05, 0.06))
    found = error_tags(pairs, kinds=True).gold
    table = Counter(
        (kind, tag)
        for kinds, tags in zip(pairs.table["kinds"].to_pylist(), found, strict=True)
        for kind, tag in zip(kinds, tags, strict=True)
    )
    for kind, names in (("order", {"order"}), ("spelling", {"spelling"}), ("agreement", {"form"})):
        own = sum(count for (one, tag), count in table.items() if one == kind and tag in names)
        total = sum(count for (one, _), count in table.items() if one == kind)
        assert own / total > {"order": 0.98, "spelling": 0.95, "agreement": 0.6}[kind]


def test_what_leaves_nothing_is_trouble():
    pairs = Bitext.of([("a b", ""), ("a b", "x y"), ("a", "x"), ("", "x y"), ("", "")])
    found = error_tags(pairs)
    assert found.table["trouble"].to_pylist() == [
        "no words", "nothing is left of it", "", "nothing is left of it", "no words",
    ]  # fmt: skip
    assert list(valid(found)) == [{"words": ["x"], "tags": ["i"]}]
    assert error_tags(Bitext.of([])).table["trouble"].to_pylist() == []
