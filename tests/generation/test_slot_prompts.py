import pytest

from calque.errors import BadSetting, BadValue
from calque.generation.brackets import Instruction, Utterance
from calque.generation.slot_prompts import slot_prompts
from calque.synthetic import family
from calque.values import Labelled

FLY = {
    "words": ["fly", "to", "New", "York"],
    "tags": ["O", "O", "B-city", "I-city"],
    "label": "fly",
}
GO = {"words": ["go", "today"], "tags": ["O", "B-date"], "label": "fly"}
EAT = {"words": ["eat"], "tags": ["O"], "label": "eat"}
MADE = family(languages=2, seed=3)


def test_an_example_is_asked_for_by_what_it_is():
    pairs = list(slot_prompts(Labelled.of([FLY, GO, EAT], "slots", "swh")))
    assert pairs == [
        (
            "<language> Swahili <intent> fly <include> [1 New York ] <labels> 1=city 2=date "
            "<examples> go [2 today ]",
            "fly to [1 New York ]",
        ),
        (
            "<language> Swahili <intent> fly <include> [2 today ] <labels> 1=city 2=date "
            "<examples> fly to [1 New York ]",
            "go [2 today ]",
        ),
        ("<language> Swahili <intent> eat <include> <labels> <examples>", "eat"),
    ]


def test_shots_of_another_language_and_hidden_values():
    shots = MADE.labelled("intents", "qab", 50, 1)
    examples = MADE.labelled("intents", "qaa", 30, 2)
    pairs = slot_prompts(examples, shots, language="qab", count=2, hidden=1.0)
    known = {(r["label"], Utterance.of(r["words"], r["tags"])) for r in shots}
    for row, (asked, said) in zip(examples, pairs, strict=True):
        read = Instruction.read(asked)
        assert read.language == "qab" and read.intent == row["label"]
        assert len(set(read.examples)) == 2
        assert all((read.intent, one) in known for one in read.examples)
        assert all(words is None for _, words in read.include)
        assert Utterance.read(said, read.labels) == Utterance.of(row["words"], row["tags"])
    assert (pairs.source, pairs.target) == ("qaa", "qab")


def test_it_is_never_shown_itself_and_depends_on_its_row_alone():
    examples = MADE.labelled("intents", "qaa", 40, 1)
    pairs = list(slot_prompts(examples, count=5))
    for asked, said in pairs:
        read = Instruction.read(asked)
        assert Utterance.read(said, read.labels) not in read.examples
    assert list(slot_prompts(examples.take(range(10)), examples, count=5)) == pairs[:10]
    assert list(slot_prompts(examples, count=5, seed=1)) != pairs


def test_about_the_share_that_is_wanted_is_hidden():
    pairs = slot_prompts(MADE.labelled("intents", "qaa", 600, 1), hidden=0.25)
    values = [words for asked, _ in pairs for _, words in Instruction.read(asked).include]
    assert sum(words is None for words in values) / len(values) == pytest.approx(0.25, abs=0.03)


def test_what_it_refuses():
    examples = MADE.labelled("intents", "qaa", 2)
    with pytest.raises(BadSetting, match="count must be at least 0 and hidden lie in"):
        slot_prompts(examples, count=-1)
    with pytest.raises(BadValue, match="examples of task 'tags' have no intents with slots"):
        slot_prompts(MADE.labelled("ner", "qaa", 2))
    assert len(slot_prompts(examples.take([]))) == 0
