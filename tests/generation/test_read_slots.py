import re

import numpy as np
import pytest

from calque.errors import BadValue
from calque.generation.brackets import Instruction, Utterance
from calque.generation.read_slots import read_slots
from calque.generation.slot_prompts import slot_prompts
from calque.generation.troubles import troubles
from calque.generation.valid import valid
from calque.projection.precomputed import precomputed
from calque.synthetic import family
from calque.values import Labelled, Texts, View

MADE = family(languages=2, seed=3)
EXAMPLES = MADE.labelled("intents", "qab", 200, 1)
PAIRS = slot_prompts(EXAMPLES)


def written(texts):
    return View.whole(PAIRS.sources, Texts.of(texts, "qab"))


def test_gold_in_gold_out():
    """A scripted generator that says what is right: all is read, nothing is in trouble."""
    found = read_slots(precomputed(PAIRS.sources, PAIRS), repeats=True)
    assert set(found.table["trouble"].to_pylist()) == {""}
    kept = valid(found)
    assert kept.table.column_names == ["words", "tags", "label"] and kept.language == "qab"
    assert list(kept) == list(EXAMPLES)


def test_what_was_written_before_or_shown_is_told():
    found = read_slots(written(list(PAIRS.targets)))
    keys = [(r["label"], tuple(r["words"]), tuple(r["tags"])) for r in EXAMPLES]
    again = [key in keys[:place] for place, key in enumerate(keys)]
    assert [t == "was written before" for t in found.table["trouble"].to_pylist()] == again
    assert 0 < sum(again) < 100
    shown = list(EXAMPLES)[1] | {"label": next(iter(EXAMPLES))["label"]}
    [(asked, _)] = slot_prompts(Labelled.of([shown], "slots"), Labelled.of([], "slots"))
    last = (
        asked
        + " "
        + Utterance.of(shown["words"], shown["tags"]).write(Instruction.read(asked).labels)
    )
    [row] = read_slots(View.whole(Texts.of([last]), Texts.of([last.split("<examples> ")[1]])))
    assert row["trouble"] == "repeats what was shown" and row["words"] == []


CORRUPTIONS = {
    "a bracket is left open": lambda said: said[: said.rindex(" ]")] + " x",
    "a bracket closes nothing": lambda said: "] " + said,
    "a bracket without a number": lambda said: "[x ] " + said,
    "a number of no label": lambda said: "[99 x ] " + said,
    "a slot is missing": lambda said: re.sub(r"\[\d+ (.*?) \]", r"\1", said, count=1),
    "a slot that was not asked for": lambda said: said + " [1 x ]",
    "the value of a slot is changed": lambda said: said.replace(" ]", " x ]", 1),
    "empty": lambda said: " ",
}


@pytest.mark.parametrize("why", CORRUPTIONS)
def test_every_corrupted_output_is_found_and_no_other(why):
    """Half of the outputs are corrupted in a known way."""
    random = np.random.default_rng(5)
    texts = list(PAIRS.targets)
    spoilt = [k for k, text in enumerate(texts) if "]" in text and random.random() < 0.5]
    for k in spoilt:
        texts[k] = CORRUPTIONS[why](texts[k])
    found = read_slots(written(texts), repeats=True)
    expected = np.full(len(texts), "", dtype=object)
    expected[spoilt] = why
    assert found.table["trouble"].to_pylist() == expected.tolist()
    assert all(not row["words"] and not row["tags"] for row in found if row["trouble"])
    counts = {row["trouble"]: row["examples"] for row in troubles(found).rows}
    assert counts == {"": len(texts) - len(spoilt), why: len(spoilt)}
    assert len(valid(found)) == len(texts) - len(spoilt)


def test_values_that_were_not_told():
    [(asked, _)] = slot_prompts(EXAMPLES.take([0]), hidden=1.0)
    label = asked.split("1=")[1].split()[0]
    for said, why in (("[1 any thing ] x", ""), ("[1 * ]", "no value for a slot")):
        [row] = read_slots(View.whole(Texts.of([asked]), Texts.of([said])))
        assert row["trouble"] == why
    assert row["label"] == EXAMPLES.table["label"][0].as_py() and label
    [row] = read_slots(View.whole(Texts.of([asked]), Texts.of(["[1 any thing ] x"])))
    assert Utterance.of(row["words"], row["tags"]).spans == ((0, 2, label),)


def test_troubles_of_the_translator_are_handed_on(caplog):
    view = precomputed(PAIRS.sources, PAIRS.take(range(3)))
    found = read_slots(view)
    assert {t for t in found.table["trouble"].to_pylist() if t} >= {"not among the pairs"}
    assert "precomputed" in caplog.text


def test_a_view_of_something_else_is_refused():
    with pytest.raises(BadValue, match="no section <language> in 'hello'"):
        read_slots(View.whole(Texts.of(["hello"]), Texts.of(["x"])))
    with pytest.raises(BadValue, match="no column 'trouble'"):
        valid(EXAMPLES)
    assert troubles(read_slots(View.whole(Texts.of([]), Texts.of([])))).rows == ()
