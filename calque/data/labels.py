"""The labels of examples, as metrics take them."""

from calque.roles import part
from calque.values import Labelled


@part
def labels(examples: Labelled) -> list:
    """Take what is to be predicted, one per example: the label, or the list of tags."""
    return examples.gold
