"""What enters the key of a step."""

import pytest

from calque import recipe
from calque.keys import step_keys
from calque.models.whole import named_by

TUNED = """
about: x
inputs: {{train: toy/train.tsv, base: toy/tiny}}
steps:
  examples: {{use: data.labelled, path: $train, task: topic, language: eng}}
  start: {{use: models.load, name: $base}}
  tuned: {{use: models.tune, checkpoint: $start, train: $examples, learning_rate: {rates}}}
"""


def keys(folder, rates):
    file = folder / "tuned.yaml"
    file.write_text(TUNED.format(rates=rates), encoding="utf-8")
    return step_keys(recipe.read(file))


def test_of_patterns_with_rates_the_order_counts(tmp_path):
    """The first pattern that fits a parameter gives its rate."""
    one, other, same = (
        keys(tmp_path, rates)
        for rates in (
            "{attention: 1.0e-4, layer: 1.0e-3, '': 0}",
            "{layer: 1.0e-3, attention: 1.0e-4, '': 0}",
            "{attention: 1.0e-4, layer: 1.0e-3, '': 0}",
        )
    )
    assert one["tuned"] != other["tuned"]
    assert one == same
    assert one["start"] == other["start"]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_checkpoints_of_another_order_are_not_gone_on_from(order):
    rates = {name: {"a": 1.0, "b": 2.0}[name] for name in order}
    assert (named_by("x", rates) == named_by("x", {"a": 1.0, "b": 2.0})) == (order == ("a", "b"))
