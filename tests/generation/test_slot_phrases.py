import pytest

from calque.errors import BadValue
from calque.generation.brackets import Instruction, Utterance
from calque.generation.slot_phrases import slot_phrases
from calque.generation.slot_prompts import slot_prompts
from calque.synthetic import family
from calque.values import Labelled, Texts

FLY = {
    "words": ["fly", "to", "New", "York", "[now]"],
    "tags": ["O", "O", "B-city", "I-city", "B-date"],
    "label": "fly",
}


def test_slots_as_they_must_stand():
    asked = slot_prompts(Labelled.of([FLY], "slots", "swh")).sources
    found = slot_phrases(asked)
    assert list(found) == list(asked) and found.language == "swh"
    assert found.table["constraints"].to_pylist() == [["[1 New York ]", "[2 \\[now\\] ]"]]
    again = slot_phrases(found)
    assert again.table.equals(found.table)


def test_every_utterance_holds_its_phrases():
    made = family(languages=2, seed=3).labelled("intents", "qab", 100, 1)
    pairs = slot_prompts(made)
    phrases = slot_phrases(pairs.sources).table["constraints"].to_pylist()
    for (asked, said), own in zip(pairs, phrases, strict=True):
        assert all(phrase in said for phrase in own)
        assert len(own) == len(Utterance.read(said, Instruction.read(asked).labels).spans)
    assert sum(map(len, phrases)) > 100


def test_values_that_are_not_told_are_no_phrases():
    [own] = (
        slot_phrases(slot_prompts(Labelled.of([FLY], "slots"), hidden=1.0).sources)
        .table["constraints"]
        .to_pylist()
    )
    assert own == []
    assert len(slot_phrases(Texts.of([]))) == 0
    with pytest.raises(BadValue, match="no section <language> in 'hello'"):
        slot_phrases(Texts.of(["hello"]))
