"""How far apart two sets of tags are, such as kinds of errors."""

from collections.abc import Sequence

from calque.maths.bootstrap import interval
from calque.maths.counts import divergence
from calque.roles import part
from calque.values import Score


@part(paper="ged-synthetic-errors")
def tag_divergence(
    predictions: Sequence[Sequence[str]],
    others: Sequence[Sequence[str]],
    *,
    plain: Sequence[str] = ("c", "O"),
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Jensen-Shannon divergence in bits of the shares of tags: 0 for equal shares, 1 for none in common.

    predictions, others: lists of tags, of sentences that need not be the same nor as many. Where one set has no tag
           that counts the divergence is half a bit, that of the other set from nothing
    plain: tags that do not count
    boot:  number of bootstrap draws over all sentences for the 95 % interval
    """
    statistics = divergence(predictions, others, frozenset(plain))
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed}
    count = len(predictions) + len(others)
    return Score("tag_divergence", statistics.value, low, high, count, conditions)
