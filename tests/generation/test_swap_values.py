from collections import defaultdict

import pytest

from calque.errors import BadSetting, BadValue
from calque.generation.brackets import Utterance
from calque.generation.swap_values import swap_values
from calque.synthetic import family
from calque.values import Labelled

MADE = family(languages=2, seed=3)
EXAMPLES = MADE.labelled("intents", "qaa", 60, 1)


def frames(examples):
    """Utterances with their values taken out."""
    found = []
    for row in examples:
        one = Utterance.of(row["words"], row["tags"])
        inside = {k for a, b, _ in one.spans for k in range(a, b)}
        rest = [word for k, word in enumerate(one.words) if k not in inside]
        found.append((row["label"], rest, [label for label, _ in one.values]))
    return found


def values(examples):
    pool = defaultdict(set)
    for row in examples:
        for label, words in Utterance.of(row["words"], row["tags"]).values:
            pool[label].add(words)
    return pool


def test_values_change_and_all_else_stays():
    made = swap_values(EXAMPLES, times=3)
    assert frames(made) == 3 * frames(EXAMPLES)
    known = values(EXAMPLES)
    assert all(own <= known[label] for label, own in values(made).items())
    assert sum(a["words"] == b["words"] for a, b in zip(made, EXAMPLES, strict=False)) < 20
    assert list(swap_values(EXAMPLES, times=1)) == list(made)[:60]


def test_values_of_another_language():
    other = MADE.labelled("intents", "qab", 40, 2)
    made = swap_values(EXAMPLES, other)
    known, own = values(other), values(EXAMPLES)
    for label, found in values(made).items():
        assert found <= (known.get(label) or own[label])
    assert made.language == "qaa"


def test_a_label_without_values_elsewhere_keeps_its_own():
    one = Labelled.of(
        [{"words": ["a", "b"], "tags": ["O", "B-x"], "label": "i", "id": "7"}], "slots"
    )
    none = Labelled.of([{"words": ["c"], "tags": ["O"], "label": "i"}], "slots")
    assert list(swap_values(one, none)) == list(one)


def test_what_it_refuses():
    with pytest.raises(BadSetting, match="times must be at least 1"):
        swap_values(EXAMPLES, times=0)
    with pytest.raises(BadValue, match="examples of task 'tags' have no slots"):
        swap_values(MADE.labelled("ner", "qaa", 2))
