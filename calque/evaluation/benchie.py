"""Tuples of open information extraction, by the facts that they say.

Source: Gashteovski et al. 2022, "BenchIE: A Framework for Multi-Faceted Fact-Based Open Information Extraction Evaluation",
section 2, https://aclanthology.org/2022.acl-long.307
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.roles import part
from calque.values import Labelled, Score


@part(paper="gashteovski-etal-2022-benchie")
def benchie(
    predictions: Sequence[Sequence[Mapping[str, Any]]],
    examples: Labelled,
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """F1 of facts: a tuple is right where it is one of the ways to say a fact, slot by slot.

    Precision is that of facts found among these and the wrong tuples, recall the share of facts that
    were found: the same fact said twice counts once. The first of several facts that a tuple says counts.

    predictions: tuples per sentence: {"relation": text, "arguments": [subject, object, …]}; those with fewer than two
                 arguments are wrong, of those with more the first two count
    examples:    with a column `facts`, as `data.facts` reads them
    boot:        number of bootstrap draws over sentences for the 95 % percentile interval
    """
    if "facts" not in examples.table.column_names or len(predictions) != len(examples):
        raise BadValue(
            f"evaluation.benchie: {len(predictions)} sentences with predictions for {len(examples)} examples, whose "
            f"columns are {', '.join(examples.table.column_names)}; it reads 'facts'"
        )
    references = examples.table["facts"].to_pylist()
    rows = [_count(made, facts) for made, facts in zip(predictions, references, strict=True)]
    statistics = Statistics(np.array(rows, dtype=np.int64).reshape(-1, 3), _f1)
    low, high = interval(statistics, draws=boot, seed=seed)
    found, wrong, facts = (float(n) for n in statistics.counts.sum(axis=0))
    conditions: dict[str, float] = {"boot": boot, "seed": seed}
    conditions["precision"] = round(found / (found + wrong), 5) if found + wrong else 0.0
    conditions["recall"] = round(found / facts, 5) if facts else 0.0
    return Score("benchie", statistics.value, low, high, len(examples), conditions)


def _count(
    made: Sequence[Mapping[str, Any]], facts: Sequence[Sequence[Sequence[str]]]
) -> tuple[int, int, int]:
    """Facts found, wrong tuples, facts."""
    found, wrong = set(), 0
    for one in made or ():
        slots = (*one["arguments"][:1], one["relation"], *one["arguments"][1:2])
        said = next(
            (k for k, ways in enumerate(facts) if any(says(way, slots) for way in ways)), None
        )
        wrong += said is None
        found |= set() if said is None else {said}
    return len(found), wrong, len(facts)


def says(way: Sequence[str], slots: Sequence[str]) -> bool:
    """Whether slots are those of this way to say a fact, with or without what stands in brackets."""
    return len(way) == len(slots) and all(
        _fits(_items(one), other.split()) for one, other in zip(way, slots, strict=True)
    )


def _items(slot: str) -> list[tuple[list[str], bool]]:
    """Words that stand together, and whether they may be left out."""
    items: list[tuple[list[str], bool]] = []
    inside = False
    for word in slot.split():
        bare = word.replace("[", "").replace("]", "")
        if inside:
            items[-1][0].append(bare)
        else:
            items.append(([bare], "[" in word))
        inside = (inside or "[" in word) and "]" not in word
    return items


def _fits(items: list[tuple[list[str], bool]], words: list[str]) -> bool:
    ends = {0}  # how many words may have been read after each item
    for own, optional in items:
        step = {end + len(own) for end in ends if words[end : end + len(own)] == own}
        ends = step | (ends if optional else set())
    return len(words) in ends


def _f1(sums: np.ndarray) -> np.ndarray:
    found, wrong, facts = (np.asarray(sums[..., k], dtype=float) for k in range(3))
    below = found + wrong + facts  # 2 PR / (P + R), with P = found / (found + wrong)
    return np.where(below > 0, 2 * found / np.where(below > 0, below, 1), 0.0)
