"""metric: predictions, references -> Score. One number with its interval."""

import numpy as np

from calque.roles.base import Role
from calque.values import Score


def example(seed: int) -> tuple[list, list]:
    """Tag lists of forty short sentences, a third of the tags wrong."""
    generator = np.random.default_rng(seed)
    tags = np.array(["O", "B-PER", "B-LOC"])
    gold = [tags[generator.integers(0, 3, generator.integers(1, 6))] for _ in range(40)]
    wrong = [np.where(generator.random(len(g)) < 0.3, "O", g).tolist() for g in gold]
    return wrong, [g.tolist() for g in gold]


def perfect_is_one(part, predictions, references):
    """Predicting the references scores 1, with no width."""
    score = part(references, references)
    assert score.value == score.low == score.high == 1


def lies_in_its_interval(part, predictions, references):
    """The figure lies in [0, 1] and inside its interval."""
    score = part(predictions, references)
    assert 0 <= score.low <= score.value <= score.high <= 1
    assert score.low < score.high


def ignores_order(part, predictions, references):
    """Examples in another order give the same figure."""
    order = np.random.default_rng(1).permutation(len(references))
    moved = part([predictions[k] for k in order], [references[k] for k in order])
    assert abs(moved.value - part(predictions, references).value) < 1e-12


metric = Role(
    "metric",
    takes=("predictions", "references"),
    gives=Score,
    about="One number with its interval, from predictions and references.",
    example=example,
    laws=(perfect_is_one, lies_in_its_interval, ignores_order),
)
