"""AER, precision, recall and F1 of links: by hand, by brute force, and against a published scorer."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from calque import registry
from calque.data.parallel import parallel
from calque.data.pharaoh import pharaoh
from calque.errors import BadValue
from calque.evaluation.aer import aer
from calque.evaluation.link_f1 import link_f1
from calque.evaluation.link_precision import link_precision
from calque.evaluation.link_recall import link_recall
from calque.evaluation.link_scores import link_scores
from calque.values import Links

METRICS = {"aer": aer, "link_f1": link_f1, "link_precision": link_precision}
METRICS |= {"link_recall": link_recall}
GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "awesome_align_aer.json").read_text(encoding="utf-8")
)


def links(size, *pairs, possible=()):
    rows = [*pairs, *possible]
    sure = [True] * len(pairs) + [False] * len(possible)
    return Links(np.array(rows).reshape(-1, 2), size, sure=np.array(sure, bool))


def test_two_pairs_by_hand():
    """|A| = 4, |S| = 3, |A∩S| = 2, |A∩P| = 3, summed over both pairs."""
    gold = [
        links((3, 3), (0, 0), (1, 1), possible=[(1, 2)]),
        links((2, 2), (1, 1), possible=[(0, 1)]),
    ]
    made = [links((3, 3), (0, 0), (1, 2), (2, 2)), links((2, 2), (1, 1))]
    assert aer(made, gold).value == pytest.approx(1 - 5 / 7)
    assert link_precision(made, gold).value == pytest.approx(3 / 4)
    assert link_recall(made, gold).value == pytest.approx(2 / 3)
    assert link_f1(made, gold).value == pytest.approx(12 / 17)
    score = aer(made, gold, boot=20)
    assert str(score).startswith("aer 28.6 ± ")
    assert score.n == 2 and score.conditions == {"boot": 20, "seed": 0}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", METRICS)
def test_equal_to_brute_force(seed, name, some_links, plain):
    made, gold = some_links(seed)
    wanted = plain(made, gold).figures[name]
    assert METRICS[name](made, gold, boot=10).value == pytest.approx(float(wanted), abs=1e-12)


def test_the_table_holds_all_and_what_it_comes_from(some_links, plain):
    made, gold = some_links(3)
    wanted = plain(made, gold)
    table = link_scores(made, gold, boot=50)
    assert [row["metric"] for row in table] == ["aer", "link_precision", "link_recall", "link_f1"]
    for row in table:
        one = METRICS[row["metric"]](made, gold, boot=50)
        assert (row["value"], row["low"], row["high"]) == (one.value, one.low, one.high)
        assert row["value"] == pytest.approx(float(wanted.figures[row["metric"]]))
        counts = tuple(row[name] for name in ("predicted", "sure", "right_sure", "right_possible"))
        assert counts == wanted.counts


def test_the_interval_covers_as_often_as_it_says(some_links):
    """95 % intervals from samples of 60 pairs hold the figure of 3000 pairs about 95 times of 100."""
    made, gold = some_links(0, n=3000)
    truth = aer(made, gold, boot=1).value
    generator = np.random.default_rng(5)
    hits = 0
    for _ in range(100):
        rows = generator.choice(3000, 60, replace=False)
        score = aer([made[k] for k in rows], [gold[k] for k in rows], boot=200)
        hits += score.low <= truth <= score.high
    assert 87 <= hits <= 99


@pytest.mark.parametrize("pair", GOLDEN["pairs"])
def test_counts_of_a_published_output_give_the_figures_its_scorer_printed(pair):
    """Golden: the outputs are not here, only what awesome-align's own scorer counted in them."""
    facts = GOLDEN["pairs"][pair]
    sums = np.array([facts[name] for name in ("predicted", "sure", "right_sure", "right_possible")])
    figures = {name: 100 * _figure(name, sums) for name in METRICS}
    printed = "{aer:.1f}% ({link_precision:.1f}%/{link_recall:.1f}%/{n})"
    assert printed.format(**figures, n=facts["predicted"]) == facts["printed"][0]
    assert f"{figures['link_f1'] / 100:.3f}" == facts["printed"][1]


def test_published_error_rates_come_out_to_the_digit():
    """4.1, 20.7 and 37.4 as published; zh-en is 13.3 by the tool's own scorer, published as 13.4."""
    found = {}
    for pair, facts in GOLDEN["pairs"].items():
        sums = np.array(
            [facts[name] for name in ("predicted", "sure", "right_sure", "right_possible")]
        )
        found[pair] = round(100 * _figure("aer", sums), 1)
    assert found == {"enfr": 4.1, "roen": 20.7, "jaen": 37.4, "zhen": 13.3}


def _figure(name, sums):
    from calque.maths.link_counts import FIGURES

    return float(FIGURES[name](sums))


@pytest.mark.parametrize("pair", ["enfr", "roen", "jaen"])
def test_predictions_with_those_counts_on_the_real_gold(pair, data_folder):
    """Live: the same gold file, and as many right and wrong links drawn at random, score the same."""
    folder = data_folder / "alignment-gold" / "pharaoh-format"
    facts = GOLDEN["pairs"][pair]
    file = folder / f"{pair}.gold"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest.startswith(facts["sha256"][f"{pair}.gold"])
    bitext = parallel(folder / f"{pair}.src-tgt", tokenized=True)
    gold = pharaoh(file, bitext, base=1)
    assert len(gold) == facts["n"]
    made = _with_counts(gold, facts, np.random.default_rng(0))
    row = next(iter(link_scores(made, gold, boot=10)))
    assert {name: row[name] for name in ("predicted", "sure", "right_sure", "right_possible")} == {
        name: facts[name] for name in ("predicted", "sure", "right_sure", "right_possible")
    }
    assert f"{100 * aer(made, gold, boot=10).value:.1f}%" == facts["printed"][0].split()[0]


def _with_counts(gold, facts, generator):
    """Predictions with |A|, |A∩S| and |A∩P| as given, drawn over the whole corpus."""
    cells = [
        [(k, i, j) for k, one in enumerate(gold) for (i, j) in one.pairs[one.sure == sure].tolist()]
        for sure in (True, False)
    ]
    wrong = [
        (k, i, j) for k, one in enumerate(gold) for i, j in np.argwhere(~one.grid()).tolist()[:60]
    ]
    sizes = (
        facts["right_sure"],
        facts["right_possible"] - facts["right_sure"],
        facts["predicted"] - facts["right_possible"],
    )
    pairs: list[list] = [[] for _ in gold]
    for pool, size in zip((*cells, wrong), sizes, strict=True):
        for choice in generator.choice(len(pool), size, replace=False):
            k, i, j = pool[choice]
            pairs[k].append((i, j))
    return [
        Links(np.array(rows).reshape(-1, 2), one.size)
        for rows, one in zip(pairs, gold, strict=True)
    ]


def test_other_pairs_or_other_words_are_refused():
    gold = [links((3, 2), (0, 0)), links((2, 4), (1, 1))]
    with pytest.raises(BadValue, match="predicted links of 1 sentence pairs, gold of 2"):
        aer(gold[:1], gold)
    message = "pair 1: predicted links lie on 2 by 3 words, gold on 3 by 2; .* source first"
    with pytest.raises(BadValue, match=message):
        aer([one.swapped for one in gold], gold)


def test_links_without_their_sentences_are_compared_by_their_places():
    """A file of links alone gives no more size than its outermost links need."""
    gold = [links((3, 4), (0, 0)), links((2, 4), (1, 1))]
    bare = [links((1, 1), (0, 0)), links((2, 2), (1, 1))]
    assert aer(bare, gold).value == aer(gold, bare).value == aer(bare, bare).value == 0
    with pytest.raises(BadValue, match="pair 2: predicted links lie on 5 by 1 words"):
        aer([bare[0], links((5, 1), (4, 0))], gold)


def test_nothing_to_score_is_said():
    nothing, only_possible = links((2, 2)), links((2, 2), possible=[(0, 0)])
    assert aer([nothing], [links((2, 2), (0, 0))]).value == 1
    assert link_precision([nothing], [links((2, 2), (0, 0))]).value == 0
    assert link_precision([only_possible], [only_possible]).value == 1
    for name in ("link_recall", "link_f1"):
        with pytest.raises(BadValue, match=rf"evaluation.{name}: no sure link in 1 pairs"):
            METRICS[name]([only_possible], [only_possible])
    for given in ([], [nothing]):
        with pytest.raises(BadValue, match=r"no link on either side in \d pairs"):
            aer(given, given)
    rows = list(link_scores([only_possible], [only_possible], boot=5))
    assert [row["value"] for row in rows] == [0, 1, None, None]
    assert [row["low"] for row in rows] == [0, 1, None, None]


def test_many_long_pairs_are_one_pass():
    """Keys of links stay apart where pairs are many and sentences long."""
    big = [links((3000, 3000), (k % 3000, 2999)) for k in range(2_000)]
    off = [links((3000, 3000), ((k + k % 2) % 3000, 2999)) for k in range(2_000)]
    assert aer(off, big, boot=5).value == pytest.approx(0.5)


def test_all_four_are_found_by_role():
    found = {name for name, info in registry.parts().items() if info.role == "link_metric"}
    assert found == {f"evaluation.{name}" for name in METRICS}
