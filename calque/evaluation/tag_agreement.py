"""Agreement of tags across translations, without links."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from calque.maths.bootstrap import Statistics, interval
from calque.maths.counts import spans
from calque.roles import part
from calque.values import Score


@part
def tag_agreement(
    predictions: Sequence[Sequence[str]],
    others: Sequence[Sequence[str]],
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Overlap of what two translations are said to hold: F1 of their bags, whatever the word order.

    A bag holds the types of the spans where tags mark spans (B-, I-), else the tags themselves. Tags
    that stand for nothing (O) do not count.

    predictions, others: tags of the same sentences in two languages
    boot: number of bootstrap draws over sentences for the 95 % interval
    """
    rows = []
    for tags, other in zip(predictions, others, strict=True):
        first, second = _bag(tags), _bag(other)
        rows.append((2 * (first & second).total(), first.total() + second.total()))
    counts = np.array(rows, dtype=np.int64).reshape(-1, 2)
    share = Statistics(counts, lambda sums: sums[..., 0] / np.maximum(sums[..., 1], 1))
    low, high = interval(share, draws=boot, seed=seed)
    return Score("agreement", share.value, low, high, len(rows), {"boot": boot, "seed": seed})


def _bag(tags: Sequence[str]) -> Counter[str]:
    if any(tag[:2] in ("B-", "I-") for tag in tags):
        return Counter(kind for kind, _, _ in spans(tags))
    return Counter(tag for tag in tags if tag != "O")
