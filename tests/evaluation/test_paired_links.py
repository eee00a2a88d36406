import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.evaluation.aer import aer
from calque.evaluation.link_f1 import link_f1
from calque.evaluation.paired_links import paired_links
from calque.values import Links


def worse(made, gold, share, seed=1):
    """The same predictions, with this share of pairs left without links."""
    generator = np.random.default_rng(seed)
    return [
        Links(np.zeros((0, 2)), one.size) if generator.random() < share else one for one in made
    ]


def test_the_difference_is_that_of_the_figures(some_links):
    made, gold = some_links(0, n=120)
    other = worse(made, gold, 0.3)
    for name, metric in (("aer", aer), ("link_f1", link_f1)):
        score = paired_links(made, other, gold, metric=name, boot=200)
        assert score.metric == f"{name}_difference"
        wanted = metric(made, gold, boot=1).value - metric(other, gold, boot=1).value
        assert score.value == pytest.approx(wanted)
        assert score.low < score.value < score.high
        assert score.low > 0 or score.high < 0
        assert score.conditions["p"] <= 0.05


def test_pairing_sees_what_two_intervals_do_not(some_links):
    """Two aligners that differ on few pairs: their own intervals overlap, the paired one is clear."""
    made, gold = some_links(2, n=300)
    other = list(made)
    for place in range(0, 300, 12):  # a sure link less in some pairs
        both = made[place].grid() & gold[place].grid()
        kept = both.copy()
        kept[tuple(np.argwhere(both)[:1].T)] = False
        other[place] = Links.from_grid(made[place].grid() & ~(both & ~kept))
    one, two = aer(made, gold), aer(other, gold)
    assert one.high > two.low
    assert paired_links(made, other, gold).high < 0


def test_equal_aligners_do_not_differ(some_links):
    made, gold = some_links(1)
    score = paired_links(made, made, gold, boot=50)
    assert (score.value, score.low, score.high, score.conditions["p"]) == (0, 0, 0, 1)


def test_two_coins_rarely_differ():
    """False alarms at 5 %: two aligners that miss at random, 100 times."""
    generator = np.random.default_rng(0)
    gold = [Links.from_grid(np.eye(4, dtype=bool)) for _ in range(40)]
    alarms = 0
    for _ in range(100):
        made, other = (
            [Links.from_grid(one.grid() & (generator.random((4, 4)) < 0.7)) for one in gold]
            for _ in range(2)
        )
        alarms += paired_links(made, other, gold, boot=100).conditions["p"] <= 0.05
    assert 1 <= alarms <= 12


def test_what_cannot_be_compared(some_links):
    made, gold = some_links(0, n=3)
    with pytest.raises(BadSetting, match="no metric 'bleu'; there are: aer, link_precision"):
        paired_links(made, made, gold, metric="bleu")
    with pytest.raises(BadValue, match="nothing to divide by for aer in 0 pairs"):
        paired_links([], [], [])
