import pyarrow as pa
import pytest

from calque.errors import BadValue
from calque.evaluation.language_gaps import language_gaps
from calque.evaluation.translation_gap import translation_gap
from calque.values import Labelled, Predictions

GOLD = ["a", "b"] * 30


def said(wrong):
    labels = [g if k not in wrong else "ab"[g == "a"] for k, g in enumerate(GOLD)]
    return Predictions(tuple(labels), ("a", "b"), None)


def pairs(languages=None, gold=GOLD):
    made = Labelled.of([{"text": "x", "text_b": "y", "label": one} for one in gold], "pair", "swh")
    return made if languages is None else made.with_columns(language=pa.array(languages))


def test_each_language_has_its_own_rows():
    """The first thirty rows are Hindi, twelve of them broken; of the Urdu ones none is."""
    human, machine = said(range(12)), said([40])
    table = language_gaps(human, machine, pairs(["hi"] * 30 + ["ur"] * 30))
    hindi, urdu = table
    assert (hindi["language"], hindi["gap"], hindi["n"]) == ("hi", pytest.approx(0.4), 30)
    assert (urdu["language"], urdu["gap"]) == ("ur", pytest.approx(-1 / 30))
    assert hindi["p_of_all"] == pytest.approx(2 * hindi["p"]) and hindi["p"] < 0.01
    parts = {"hi": slice(0, 30), "ur": slice(30, 60)}
    for name, own in parts.items():
        [row] = translation_gap({name: list(human)[own]}, {name: list(machine)[own]}, GOLD[own])
        found = next(r for r in table if r["language"] == name)
        assert {k: v for k, v in row.items() if k != "p_of_all"} == {
            k: v for k, v in found.items() if k != "p_of_all"
        }


def test_one_language_needs_no_column():
    [row] = language_gaps(said([1]), said([]), pairs())
    assert row["language"] == "swh" and row["p_of_all"] == row["p"]
    assert [r["language"] for r in language_gaps(said([1]), said([]), pairs([None] * 60))] == [
        "und"
    ]


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="60 and 60 predictions of the two versions and 2 examples"):
        language_gaps(said([]), said([]), pairs(gold=GOLD[:2]))
    with pytest.raises(BadValue, match="row 0 has no label to compare with"):
        language_gaps(said([]), said([]), pairs(gold=[None, *GOLD[1:]]))
