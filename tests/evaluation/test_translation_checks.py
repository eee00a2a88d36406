from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.errors import BadValue
from calque.evaluation.faithful import markers, numbers, troubles
from calque.evaluation.flagged_translations import flagged_translations
from calque.evaluation.translation_checks import translation_checks
from calque.values import Labelled, Texts, View


def view(*pairs, trouble=None):
    new = Texts.of([new for _, new in pairs], "swh")
    if trouble:
        new = Texts(new.table.append_column("trouble", pa.array(trouble)), "swh")
    return View.whole(Texts.of([old for old, _ in pairs], "eng"), new)


def failed(old, new, names=()):
    return dict(troubles(old, new, list(names)))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Two dogs .", "Mbwa wawili .", {}),
        ("Some text", " . ", {"empty": ""}),
        ("...", "", {}),
        ("", "", {}),
        ("two dogs", "two  dogs", {"repeats the source": ""}),
        ("Nairobi", "Nairobi", {}),
        ("1 2", "1 2", {}),
        ("1,000.5 men", "watu 1.000,5", {}),
        ("25 men", "رجل ٢٥", {}),
        ("25 men and 3", "watu 25 na 4", {"numbers": "without 3; added 4"}),
        ("5 and 5", "5", {"numbers": "without 5"}),
        ("<b>a</b> {name} %s", "<b>x</b> {name} %s", {}),
        ("<b>a</b> [1] b", "<b>x</ b> [1] b", {"markers": "without </b>"}),
        ("see http://a.b/1.", "ona http://a.b/2 .", {"markers": "without http://a.b/1; added http://a.b/2"}),
        ("mail a@b.org 7", "barua a@b.org 7", {}),
        ("a long enough text of words", "x", {"length": "27 characters became 1"}),
        ("go", "la la la la", {"stutters": "la"}),
        ("go", "- - - - 1 1 1", {"numbers": "added 1 1 1"}),
    ],
)  # fmt: skip
def test_what_is_seen(old, new, found):
    assert failed(old, new) == found


def test_names_may_take_endings_but_must_be_found():
    assert failed("Asha saw Mombasa", "Asha aliona Mombasani", ["Asha", "Mombasa"]) == {}
    assert failed("Asha saw Mombasa", "aliona mji", ["Asha", "Mombasa"]) == {
        "names": "without Asha, Mombasa"
    }


def test_counts_and_rows():
    made = view(
        ("Asha has 2", "Asha ana 3"), ("a", ""), ("it is", "it is"), ("", ""), ("b 1", "c"),
        trouble=["", "refused", "", "", ""],
    )  # fmt: skip
    counts = {row["check"]: row for row in translation_checks(made)}
    assert {name: row["texts"] for name, row in counts.items() if row["texts"]} == {
        "numbers": 2, "empty": 1, "repeats the source": 1,
        "told by the translator": 1, "told by the translator: refused": 1,
    }  # fmt: skip
    assert counts["numbers"]["share"] == 0.4 and counts["numbers"]["first"] == 0
    assert counts["markers"] == {"check": "markers", "texts": 0, "share": 0.0, "first": None}
    rows = flagged_translations(made)
    assert [(row["text"], row["check"], row["seen"]) for row in rows] == [
        (0, "numbers", "without 2; added 3"),
        (1, "told by the translator", "refused"),
        (1, "empty", ""),
        (2, "repeats the source", ""),
        (4, "numbers", "without 1"),
    ]
    assert Counter(row["check"] for row in rows) == {
        name: row["texts"] for name, row in counts.items() if row["texts"] and ": " not in name
    }


def test_names_of_examples_in_one_script():
    tags = [["B-PER", "O", "O"]] * 3 + [["O", "O", "O"]]
    words = [["Asha", "ran", "."]] * 3 + [["Rain", "ran", "."]]
    rows = [{"words": w, "tags": t} for w, t in zip(words, tags, strict=True)]
    examples = Labelled.of(rows, "tags", "eng")
    made = view(
        ("Asha ran .", "Asha alikimbia ."), ("Asha ran .", "Yeye alikimbia ."),
        ("Asha ran .", "アシャは走った。"), ("Rain ran .", "Mvua ."),
    )  # fmt: skip
    counts = {row["check"]: row["texts"] for row in translation_checks(made, examples)}
    assert counts["names"] == 1 and "names" not in {r["check"] for r in translation_checks(made)}
    assert [row["text"] for row in flagged_translations(made, examples)] == [1]
    for check in (translation_checks, flagged_translations):
        with pytest.raises(BadValue, match="3 examples and 4 texts"):
            check(made, examples.take([0, 1, 2]))
        assert all(not row.get("texts") for row in check(made.take([]), examples.take([])))


@settings(max_examples=40)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_looked_at_and_a_faithful_copy_keeps_all(old, new):
    dict(troubles(old, new, []))
    assert {"numbers", "markers"}.isdisjoint(failed(old, old + " !"))
    assert numbers(old + " 12") == numbers(old + " ") + Counter(["12"])
    assert markers(old + " </x>") - markers(old + " ") == Counter(["</x>"])
