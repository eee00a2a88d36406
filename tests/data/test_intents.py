import pytest

from calque.data.intents import intents
from calque.errors import BadValue
from calque.values import Labelled


def test_utterances_become_texts_with_a_class():
    rows = [
        {"words": ["fly", "now"], "tags": ["O", "B-t"], "label": "fly"},
        {"words": [], "tags": []},
    ]
    made = intents(Labelled.of(rows, "slots", "eng"))
    assert list(made) == [{"text": "fly now", "label": "fly"}, {"text": "", "label": None}]
    assert (made.task, made.language) == ("class", "eng")


def test_other_tasks_have_none():
    with pytest.raises(BadValue, match="examples of task 'class' have no intents"):
        intents(Labelled.of([], "class"))
