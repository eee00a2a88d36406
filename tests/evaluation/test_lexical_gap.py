"""What gold text has that training data lack: by hand, against scipy, and planted."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from calque.errors import BadSetting, BadValue
from calque.evaluation.lexical_gap import lexical_gap
from calque.maths.entropy import jensen_shannon
from calque.synthetic import family
from calque.values import Labelled


def tagged(*sentences):
    rows = []
    for sentence in sentences:
        pairs = [(*word.split("/"), None)[:2] for word in sentence.split()]
        rows.append({"words": [a for a, _ in pairs], "tags": [b for _, b in pairs]})
    return Labelled.of(rows, "tags")


def cell(table, kind, group, column):
    (row,) = [row for row in table if (row["kind"], row["group"]) == (kind, group)]
    return row[column]


TAUGHT = tagged("Asha/B-PER yuko/O Nairobi/B-LOC", "Kenya/O leo")
GOLD = tagged("asha/B-PER yuko/O Kenya/B-LOC", "Juma/B-PER leo/O Nairobi/B-LOC", "")


def test_by_hand():
    made = [["B-PER", "O", "O"], ["B-LOC", "O", "B-LOC"], []]
    table = lexical_gap(TAUGHT, GOLD, made)
    assert [cell(table, "LOC", group, "words") for group in ("all", "known", "other tag", "unseen")] == [
        2, 1, 1, 0,
    ]  # fmt: skip
    assert cell(table, "LOC", "other tag", "examples") == "kenya"
    assert cell(table, "PER", "unseen", "share") == 0.5
    assert cell(table, "O", "other tag", "examples") == "leo"  # it stands there without a tag
    assert cell(table, "all", "all", "words") == 6
    assert [cell(table, "all", group, "right") for group in ("known", "other tag", "unseen")] == [
        1.0, 0.5, 0.0,
    ]  # fmt: skip
    assert cell(table, "LOC", "unseen", "right") is None
    # LOC: nairobi alone against nairobi and kenya
    expected = jensenshannon([1, 0], [0.5, 0.5], base=2) ** 2
    assert cell(table, "LOC", "all", "divergence") == pytest.approx(expected)
    assert cell(table, "tags", "all", "divergence") == pytest.approx(
        jensenshannon([1, 1, 2], [2, 2, 2], base=2) ** 2
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_divergence_is_scipys(seed):
    one, other = np.random.default_rng(seed).integers(0, 4, (2, 20)).astype(float)
    assert jensen_shannon(one, other) == pytest.approx(jensenshannon(one, other, base=2) ** 2)
    assert jensen_shannon(one, one) == 0
    assert jensen_shannon(one, 0 * one) == 1
    assert jensen_shannon(0 * one, 0 * one) == 0


def test_the_same_text_has_no_gap_and_words_taken_away_are_found():
    gold = family(languages=2, seed=3).labelled("ner", "qaa", 100, 0)
    same = lexical_gap(gold, gold, gold.gold)
    assert cell(same, "all", "known", "share") == cell(same, "all", "all", "right") == 1
    assert all(row["divergence"] == 0 for row in same if row["group"] == "all")
    places = {
        w for row in gold for w, t in zip(row["words"], row["tags"], strict=True) if t[2:] == "LOC"
    }
    rows = [row | {"words": [w + "zz" if w in places else w for w in row["words"]]} for row in gold]
    less = lexical_gap(Labelled.of(rows, "tags"), gold, shown=1000)
    assert cell(less, "LOC", "unseen", "share") == 1
    assert cell(less, "LOC", "all", "divergence") == pytest.approx(1)
    assert set(cell(less, "all", "unseen", "examples").split()) == {
        place.lower() for place in places
    }
    assert cell(less, "DATE", "unseen", "words") == 0


def test_nothing_and_what_does_not_fit():
    empty = lexical_gap(tagged(), tagged())
    assert cell(empty, "all", "all", "words") == 0
    assert cell(lexical_gap(tagged(), GOLD), "all", "all", "divergence") == 1
    with pytest.raises(BadValue, match="3 gold examples and 1 predictions"):
        lexical_gap(TAUGHT, GOLD, [["O"]])
    with pytest.raises(BadValue, match="6 gold words and 1 predicted tags"):
        lexical_gap(TAUGHT, GOLD, [["O"], [], []])
    with pytest.raises(BadValue, match="the training examples are of task 'class'"):
        lexical_gap(Labelled.of([], "class"), GOLD)
    with pytest.raises(BadSetting, match="shown must be at least 0, got -1"):
        lexical_gap(TAUGHT, GOLD, shown=-1)
