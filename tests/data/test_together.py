"""Examples of one task, one set after the other."""

import pytest

from calque.data.together import together
from calque.errors import BadValue
from calque.values import Labelled

ONE = Labelled.of([{"text": "a", "label": "x", "id": 7}], "class", "eng")
OTHER = Labelled.of([{"text": "b", "label": None}, {"text": "", "label": "y"}], "class", "swh")


def test_keeps_order_and_what_the_task_needs():
    made = together([ONE, OTHER, ONE])
    assert list(made) == [
        {"text": "a", "label": "x"},
        {"text": "b", "label": None},
        {"text": "", "label": "y"},
        {"text": "a", "label": "x"},
    ]
    assert made.language == "mul" and together([ONE]).language == "eng"


def test_refuses_a_mixture_of_tasks():
    tags = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")
    with pytest.raises(BadValue, match="class, tags"):
        together([ONE, tags])
    with pytest.raises(BadValue, match="none"):
        together([])
