"""More text for an aligner: what it is given, and that a real one makes fewer errors with it."""

from functools import partial

import pytest

from calque.errors import BadSetting, BadValue
from calque.evaluation.aer import aer
from calque.evaluation.links_by_size import links_by_size
from calque.synthetic.bitext import bitext as synthetic_bitext
from calque.synthetic.links import links as synthetic_links
from calque.values import Bitext, Links
from calque.wordalign.agreement import agreement
from calque.wordalign.hmm import hmm
from calque.wordalign.intersect import intersect
from calque.wordalign.union import union

GOLD = Bitext.of([("a b", "x"), ("", "y y")], tokenized=True)
LINKS = [Links([[0, 0]], (2, 1)), Links([], (0, 2))]
MORE = Bitext.of([(f"s{k}!", f"t{k}") for k in range(9)])


class Spy:
    """Links the first words of both sides, backward the second source word too; keeps what it got."""

    def __init__(self):
        self.seen = []

    def __call__(self, bitext, *, reverse=False):
        self.seen.append((reverse, list(bitext), bitext.tokenized))
        made = []
        for source, target in bitext:
            size = len(source.split()), len(target.split())
            pairs = [[i, 0] for i in range(2 if reverse else 1) if i < size[0] and size[1]]
            made.append(Links(pairs, size))
        return made


def test_each_size_gets_the_gold_text_first_and_a_larger_sample_holds_the_smaller():
    spy = Spy()
    table = links_by_size(GOLD, LINKS, MORE, aligner=spy, joiner=union, sizes=[50, 0, 4], boot=10)
    assert [row["more"] for row in table] == [0, 4, 9]
    assert [row["pairs"] for row in table] == [2, 6, 11]
    assert [reverse for reverse, *_ in spy.seen] == [False, True] * 3
    drawn = []
    for _, pairs, tokenized in spy.seen[::2]:
        assert tokenized and pairs[:2] == list(GOLD)
        drawn.append(set(pairs[2:]))
    assert drawn[0] < drawn[1] < drawn[2]
    assert drawn[2] == {(f"s{k} !", f"t{k}") for k in range(9)}  # raw text is cut into words
    assert {(row["predicted"], row["right_sure"], row["n"]) for row in table} == {(2, 1, 2)}


def test_the_joiner_and_the_seed_are_used():
    table = links_by_size(GOLD, LINKS, MORE, aligner=Spy(), joiner=intersect, sizes=[3], boot=10)
    assert next(iter(table))["predicted"] == 1
    samples = []
    for seed in (0, 1):
        spy = Spy()
        links_by_size(GOLD, LINKS, MORE, aligner=spy, joiner=union, sizes=[3], boot=10, seed=seed)
        samples.append(spy.seen[0][1])
    assert samples[0] != samples[1]


def test_a_real_aligner_gets_better_with_more_text():
    settings = {"family": "seed=7 languages=2 scripts=Latn concepts=60 topics=3"}
    gold, links = (make(**settings, n=40) for make in (synthetic_bitext, synthetic_links))
    more = synthetic_bitext(**settings, n=200, seed=1)
    table = links_by_size(
        gold, links, more, aligner=partial(hmm, prefix=0), joiner=union, sizes=[0, 200], boot=10
    )
    alone, taught = (row["aer"] for row in table)
    assert taught < alone - 0.08
    both = [hmm(gold, reverse=way) for way in (False, True)]
    joined = [union(one, other) for one, other in zip(*both, strict=True)]
    assert alone == aer(joined, links, boot=10).value


def test_an_aligner_of_both_directions_needs_no_joiner():
    spy = Spy()
    (row,) = links_by_size(GOLD, LINKS, MORE, aligner=spy, sizes=[2], boot=10)
    assert [reverse for reverse, *_ in spy.seen] == [False]
    assert row["predicted"] == 1
    (row,) = links_by_size(GOLD, LINKS, MORE, aligner=agreement, sizes=[2], boot=10)
    assert row["n"] == 2
    with pytest.raises(BadSetting, match="leave the joiner out"):
        links_by_size(GOLD, LINKS, MORE, aligner=agreement, joiner=union, sizes=[2])


@pytest.mark.parametrize("sizes", [[], [3, -1]])
def test_sizes_below_zero_and_none_are_refused(sizes):
    with pytest.raises(BadSetting, match="sizes must be numbers from 0"):
        links_by_size(GOLD, LINKS, MORE, aligner=Spy(), joiner=union, sizes=sizes)


def test_gold_text_must_be_cut_into_words():
    with pytest.raises(BadValue, match="must be tokenized"):
        links_by_size(MORE, LINKS, MORE, aligner=Spy(), joiner=union, sizes=[0])
