"""What a generator wrote for labels: all of it told apart, none of it mended."""

import pytest

from calque.data.written import written as lines_of
from calque.errors import BadValue
from calque.generation.class_prompts import class_prompts
from calque.generation.read_classes import read_classes
from calque.generation.troubles import troubles
from calque.generation.valid import valid
from calque.projection.precomputed import precomputed
from calque.values import Bitext, Labelled, Texts, View

DESCRIBED = Labelled.of(
    [{"text": "wind and rain", "label": "weather"}, {"text": "games", "label": "sport"}], "class"
)
FEW = Labelled.of([{"text": "It rains.", "label": "weather"}, {"text": "We won.", "label": "sport"}], "class", "eng")  # fmt: skip
ASKED = class_prompts(DESCRIBED, FEW, times=3)
SAID = ["It snows.", "It rains.", "", "They lost.", "It snows.", "النتيجة صفر"]


def test_any_generator_may_stand_in_between():
    """A function that answers each instruction by its label: what it says comes back with that label."""

    def generator(texts):
        said = [f"{number} of {'sky' if 'weather' in text else 'ball'}" for number, text in enumerate(texts)]  # fmt: skip
        return View.whole(texts, Texts.of(said, "eng"))

    made = valid(read_classes(generator(lines_of(ASKED)), ASKED))
    assert [row["label"] for row in made] == ["weather"] * 3 + ["sport"] * 3
    assert [row["text"].split()[-1] for row in made] == ["sky"] * 3 + ["ball"] * 3


def test_what_is_of_no_use_is_told():
    """A file of answers, some of them bad; alike instructions take their lines one after the other."""
    asks = lines_of(ASKED)
    pairs = Bitext.of(list(zip(asks, SAID, strict=True)), "eng", "eng")
    found = read_classes(precomputed(asks, pairs), ASKED)
    assert found.table["trouble"].to_pylist() == [
        "", "repeats its instruction", "empty answer", "", "was written before", "",
    ]  # fmt: skip
    assert next(iter(troubles(found)))["trouble"] == ""
    assert [(row["text"], row["label"]) for row in valid(found)] == [
        ("It snows.", "weather"), ("They lost.", "sport"), ("النتيجة صفر", "sport"),
    ]  # fmt: skip


def test_answers_to_other_instructions_are_refused():
    other = View.whole(Texts.of(["a"] * 6), Texts.of(SAID))
    with pytest.raises(BadValue, match="6 texts were written for other instructions than the 6"):
        read_classes(other, ASKED)
