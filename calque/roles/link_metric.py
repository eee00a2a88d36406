"""link_metric: Links, Links of the same pairs -> Score. One number with its interval."""

import numpy as np

from calque.roles.base import Role
from calque.values import Links, Score


def example(seed: int) -> tuple[list[Links], list[Links]]:
    """Gold links of thirty short pairs, a third only possible, and predictions that share a part."""
    generator = np.random.default_rng(seed)
    made, gold = [], []
    for _ in range(30):
        size = tuple(generator.integers(1, 8, size=2).tolist())
        pairs = np.argwhere(generator.random(size) < 0.4)
        gold.append(Links(pairs, size, sure=generator.random(len(pairs)) < 0.67))
        noise = generator.random(size) < 0.15
        made.append(Links.from_grid(gold[-1].grid() ^ noise))
    return made, gold


def nothing_beats_the_gold(part, predictions, references):
    """Predicting the references is as good as can be: 1, or 0 where lower is better, and no width."""
    score = part(references, references)
    assert score.value in (0, 1)
    assert score.low == score.high == score.value
    assert part(predictions, references).value not in (0, 1)


def lies_in_its_interval(part, predictions, references):
    """The figure lies in [0, 1] and inside its interval."""
    score = part(predictions, references)
    assert 0 <= score.low < score.value < score.high <= 1


def ignores_order(part, predictions, references):
    """Pairs in another order give the same figure."""
    order = np.random.default_rng(1).permutation(len(references))
    moved = part([predictions[k] for k in order], [references[k] for k in order])
    assert abs(moved.value - part(predictions, references).value) < 1e-12


def ignores_direction(part, predictions, references):
    """Seen from the target, the figure is the same."""
    turned = part([one.swapped for one in predictions], [one.swapped for one in references])
    assert abs(turned.value - part(predictions, references).value) < 1e-12


def needs_nothing_but_places(part, predictions, references):
    """What a prediction says of scores and sureness does not count."""
    bare = [Links(one.pairs, one.size, sure=np.zeros(len(one), bool)) for one in predictions]
    assert part(bare, references).value == part(predictions, references).value


link_metric = Role(
    "link_metric",
    takes=("predictions", "references"),
    gives=Score,
    about="One number with its interval, from predicted and gold links.",
    example=example,
    laws=(
        nothing_beats_the_gold,
        lies_in_its_interval,
        ignores_order,
        ignores_direction,
        needs_nothing_but_places,
    ),
)
