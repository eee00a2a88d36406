"""What each metric counts per example."""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from calque.maths.bootstrap import Statistics
from calque.maths.entropy import between_shares


def hits(predicted: Sequence[Hashable], gold: Sequence[Hashable]) -> Statistics:
    """Share of items that are equal; an item may be a list of tags, counted tag by tag."""
    rows = [_pair_hits(p, g) for p, g in zip(predicted, gold, strict=True)]
    counts = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return Statistics(counts, lambda sums: _ratio(sums[..., 0], sums[..., 1]))


def _pair_hits(predicted: Hashable, gold: Hashable) -> tuple[int, int]:
    if isinstance(gold, (list, tuple)) and isinstance(predicted, (list, tuple)):
        return sum(a == b for a, b in zip(predicted, gold, strict=True)), len(gold)
    return int(predicted == gold), 1


def class_f1(
    predicted: Sequence[Hashable], gold: Sequence[Hashable], also: Iterable[Hashable] = ()
) -> Statistics:
    """Mean over labels of F1; labels that occur in neither list do not count.

    also: labels that other systems predicted: only counts of the same columns can be compared in pairs
    """
    labels = {label: k for k, label in enumerate(sorted({*predicted, *gold, *also}, key=str))}
    size = len(labels)
    counts = np.zeros((len(gold), 3 * size), dtype=np.int64)
    rows = np.arange(len(gold))
    p = np.array([labels[label] for label in predicted], dtype=np.int64)
    g = np.array([labels[label] for label in gold], dtype=np.int64)
    counts[rows, p] += 1  # predicted
    counts[rows, size + g] += 1  # gold
    counts[rows[p == g], 2 * size + g[p == g]] += 1  # both

    def combine(sums: np.ndarray) -> np.ndarray:
        made, there, right = np.split(sums, 3, axis=-1)
        used = (made + there) > 0
        f1 = _ratio(2 * right, made + there)
        return _ratio((f1 * used).sum(axis=-1), used.sum(axis=-1))

    return Statistics(counts, combine)


def span_f1(predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> Statistics:
    """F1 of labelled spans in IOB2 tags, summed over sentences (micro)."""
    rows = []
    for p, g in zip(predicted, gold, strict=True):
        found, there = set(spans(p)), set(spans(g))
        rows.append((len(found & there), len(found), len(there)))
    counts = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Statistics(counts, lambda sums: _ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2]))


def flag_f(
    predicted: Sequence[Sequence[Hashable]],
    gold: Sequence[Sequence[Hashable]],
    plain: frozenset[Hashable],
    beta: float,
) -> Statistics:
    """F of all tags but the plain ones, word by word; recall weighs `beta` times as much as precision."""
    rows = []
    for p, g in zip(predicted, gold, strict=True):
        pairs = [(a not in plain, b not in plain) for a, b in zip(p, g, strict=True)]
        rows.append(
            [sum(a for a, _ in pairs), sum(b for _, b in pairs), sum(a & b for a, b in pairs)]
        )
    counts = np.array(rows, dtype=np.int64).reshape(-1, 3)
    weight = beta**2

    def combine(sums: np.ndarray) -> np.ndarray:
        flagged, there, right = sums[..., 0], sums[..., 1], sums[..., 2]
        return _ratio((1 + weight) * right, flagged + weight * there)

    return Statistics(counts, combine)


def divergence(
    one: Sequence[Sequence[str]], other: Sequence[Sequence[str]], plain: frozenset[str]
) -> Statistics:
    """Jensen-Shannon divergence in bits of the tags of two sets of sentences, the plain ones left out."""
    names = sorted({tag for some in (one, other) for tags in some for tag in tags} - plain)
    place, k = {name: j for j, name in enumerate(names)}, len(names)
    counts = np.zeros((len(one) + len(other), 2, k), dtype=np.int64)
    for row, tags in enumerate([*one, *other]):
        for tag in tags:
            if tag not in plain:
                counts[row, int(row >= len(one)), place[tag]] += 1

    def combine(sums: np.ndarray) -> np.ndarray:
        shares = sums.reshape(*sums.shape[:-1], 2, k).astype(float)
        return between_shares(_ratio(shares, shares.sum(axis=-1, keepdims=True)))

    return Statistics(counts.reshape(len(counts), 2 * k), combine)


def attached(
    predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]], kept: int | None = 2
) -> Statistics:
    """Share of words with the right head (1 kept), relation (2) and its subtype (None), each as "2:nmod:poss"."""
    made, right = (
        [tuple(":".join(word.split(":")[:kept]) for word in row) for row in side]
        for side in (predicted, gold)
    )
    return hits(made, right)


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Spans (type, first, after last) of IOB2 tags.

    An I- that follows no span of its type begins one, as conlleval and seqeval count.
    """
    found = []
    kind, start = "", 0
    for position, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        goes_on = prefix == "I" and name == kind
        if kind and not goes_on:
            found.append((kind, start, position))
            kind = ""
        if prefix in ("B", "I") and not goes_on:
            kind, start = name, position
    return found


def _ratio(above, below):
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
