"""Lays predicted links beside gold links, all pairs at once, and counts where they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.maths.link_counts import COUNTED, FIGURES, undefined
from calque.values import Links, Score


@dataclass(frozen=True)
class AgainstGold:
    """Every link that was predicted or is gold, once.

    pair, source, target: [k]  place of the sentence pair, word on either side
    made, sure, possible: [k]  predicted; sure gold; gold of either kind
    n: number of sentence pairs
    """

    pair: np.ndarray
    source: np.ndarray
    target: np.ndarray
    made: np.ndarray
    sure: np.ndarray
    possible: np.ndarray
    n: int

    def counts(self, group: np.ndarray | None = None, groups: int = 1) -> np.ndarray:
        """[n, groups, 4] what is counted (`COUNTED`) per sentence pair and group of links.

        group: [k] from 0; one group of all where none is given
        """
        cell = self.pair * groups + (0 if group is None else group)
        flags = (self.made, self.sure, self.made & self.sure, self.made & self.possible)
        columns = [np.bincount(cell[flag], minlength=self.n * groups) for flag in flags]
        return np.stack(columns, axis=-1).reshape(self.n, groups, len(COUNTED))


def against_gold(predictions: Sequence[Links], references: Sequence[Links]) -> AgainstGold:
    """Compare links pair by pair; BadValue where they are not of the same sentence pairs."""
    _same_pairs(predictions, references)
    sizes = [one.size for one in (*predictions, *references)]
    m, n = np.max(sizes, axis=0, initial=1).tolist() if sizes else (1, 1)
    made, _ = _keys(predictions, m, n)
    gold, sure = _keys(references, m, n)
    keys = np.sort(np.concatenate([made, gold]), kind="stable")  # merges two ascending runs
    keys = keys[np.diff(keys, prepend=-1) > 0]
    rest, target = np.divmod(keys, n)
    pair, source = np.divmod(rest, m)
    is_made, is_gold, is_sure = (np.zeros(len(keys), dtype=bool) for _ in range(3))
    is_made[np.searchsorted(keys, made)] = True
    is_gold[np.searchsorted(keys, gold)] = True
    is_sure[np.searchsorted(keys, gold[sure])] = True
    return AgainstGold(pair, source, target, is_made, is_sure, is_gold, len(references))


def _keys(links: Sequence[Links], m: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """One ascending number per link, and whether it is sure."""
    sizes = [len(one) for one in links]
    pairs = np.concatenate([np.zeros((0, 2), int), *(one.pairs for one in links)]).astype(np.int64)
    place = np.repeat(np.arange(len(links), dtype=np.int64), sizes)
    sure = np.concatenate([np.zeros(0, bool), *(one.sure for one in links)])
    return (place * m + pairs[:, 0]) * n + pairs[:, 1], sure


def _same_pairs(predictions: Sequence[Links], references: Sequence[Links]) -> None:
    if len(predictions) != len(references):
        raise BadValue(
            f"predicted links of {len(predictions)} sentence pairs, gold of {len(references)}; "
            "both must be of the same pairs, in the same order"
        )
    unlike = [
        place
        for place, (one, gold) in enumerate(zip(predictions, references, strict=True))
        if one.size != gold.size
    ]
    if not unlike:
        return
    # links from a file without its sentences know no more than their outermost words
    less, more = bare(predictions), bare(references)
    for place in unlike:
        (a, b), (m, n) = predictions[place].size, references[place].size
        if not ((less and more) or (less and a <= m and b <= n) or (more and m <= a and n <= b)):
            raise BadValue(
                f"pair {place + 1}: predicted links lie on {a} by {b} words, gold on {m} by {n}; "
                "both must be of the same words, source first"
            )


def bare(links: Sequence[Links]) -> bool:
    """Whether no grid is larger than its links need, as where only links were read."""
    return all(
        one.size == (tuple((one.pairs.max(axis=0) + 1).tolist()) if len(one) else (0, 0))
        for one in links
    )


def score(
    metric: str, predictions: Sequence[Links], references: Sequence[Links], boot: int, seed: int
) -> Score:
    """A figure of the sums over all pairs, its interval by drawing sentence pairs."""
    counts = against_gold(predictions, references).counts()[:, 0]
    sums = counts.sum(axis=0)
    if undefined(metric, sums):
        what = "no sure link" if metric in ("link_recall", "link_f1") else "no link on either side"
        raise BadValue(f"evaluation.{metric}: {what} in {len(counts)} pairs, so it says nothing")
    statistics = Statistics(counts, FIGURES[metric])
    low, high = interval(statistics, draws=boot, seed=seed)
    return Score(metric, statistics.value, low, high, len(counts), {"boot": boot, "seed": seed})


def grouped(
    compared: AgainstGold,
    group: np.ndarray,
    names: Sequence[str],
    column: str,
    boot: int,
    seed: int,
) -> list[dict[str, Any]]:
    """A row per group: what is counted and each figure, AER with its interval.

    The interval draws from the sentence pairs that have links of the group.

    group: [k] place in `names` of each link
    """
    counts = compared.counts(group, len(names))
    rows = []
    for place, name in enumerate(names):
        row = {column: name} | figures(counts[:, place].sum(axis=0))
        low = high = None
        if row["aer"] is not None:
            own = counts[counts[:, place].any(axis=1), place]
            low, high = interval(Statistics(own, FIGURES["aer"]), draws=boot, seed=seed)
        rows.append(row | {"aer_low": low, "aer_high": high})
    return rows


def figures(sums: np.ndarray) -> dict[str, Any]:
    """What is counted, and each figure from it; None where there is nothing to divide by."""
    row: dict[str, Any] = dict(zip(COUNTED, (int(count) for count in sums), strict=True))
    for name, figure in FIGURES.items():
        row[name] = None if undefined(name, sums) else float(figure(sums))
    return row
