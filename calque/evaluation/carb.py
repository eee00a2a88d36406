"""Tuples of open information extraction, matched word by word.

Source: Bhardwaj et al. 2019, "CaRB: A Crowdsourced Benchmark for Open IE", section 4, https://aclanthology.org/D19-1651
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.roles import part
from calque.values import Score

Tuple = Mapping[str, Any]
_BE = ("be", "is", "am", "are", "was", "were", "been", "being")
_SAID = ("said", "told", "added", "adds", "says")


@part(paper="bhardwaj-etal-2019-carb")
def carb(
    predictions: Sequence[Sequence[Tuple]],
    references: Sequence[Sequence[Tuple]],
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """F1 of the words of tuples at the best threshold of their scores; precision, recall and area beside it.

    A tuple matches a reference where their relations share a word ("be" goes for its forms); precision and recall
    of the match are shares of words, place by place, all arguments behind the first as one. Recall takes for each
    reference the tuple that covers it best; precision matches one to one, the most precise pair first. Relations
    such as "said" may have their arguments the other way round. Both word lists are English, as in the authors' code.

    predictions: tuples per sentence: {"relation": text, "arguments": [text …], "score": number}, the score 1 where
                 there is none
    references:  the right ones; their scores do not count
    boot:        number of bootstrap draws over sentences for the 95 % percentile interval, at that threshold
    """
    if len(predictions) != len(references):
        raise BadValue(
            f"evaluation.carb: {len(predictions)} sentences with predictions and {len(references)} references"
        )
    levels = sorted({float(one.get("score", 1.0)) for own in predictions for one in own})
    counts = np.zeros((max(len(levels), 1), len(references), 4))
    for row, (made, gold) in enumerate(zip(predictions, references, strict=True)):
        _count(counts[:, row], made or (), gold or (), levels)
    precision, recall = _shares(counts.sum(axis=1))
    figures = _f1(counts.sum(axis=1))
    best = int(np.argmax(figures))
    low, high = interval(Statistics(counts[best], _f1), draws=boot, seed=seed)
    conditions: dict[str, float] = {"boot": boot, "seed": seed}
    for name, value in (("precision", precision[best]), ("recall", recall[best])):
        conditions[name] = round(float(value) if levels else 0.0, 5)
    conditions["auc"] = round(_area(precision, recall) if levels else 0.0, 5)
    return Score("carb", float(figures[best]), low, high, len(references), conditions)


def _count(
    counts: np.ndarray, made: Sequence[Tuple], gold: Sequence[Tuple], levels: list[float]
) -> None:
    """Words' shares found and asked for at each level: [levels, 4] of one sentence."""
    counts[:, 3] = len(gold)
    shares = np.array([[match(one, other) for other in made] for one in gold], dtype=float)
    scores = np.array([float(one.get("score", 1.0)) for one in made])
    for place, level in enumerate(levels):
        kept = np.flatnonzero(scores >= level)
        if not len(kept):
            break  # nor has any higher level
        counts[place, 1] = len(kept)
        if len(gold):
            own = shares[:, kept]
            counts[place, 0] = _greedy(own[..., 0])
            counts[place, 2] = own[..., 1].max(axis=1).sum()


def _greedy(precision: np.ndarray) -> float:
    left, total = precision.copy(), 0.0
    for _ in range(min(left.shape)):
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        total += float(left[row, column])
        left[row], left[:, column] = -1, -1
    return total


def match(gold: Tuple, made: Tuple) -> list[float]:
    """Precision and recall of a tuple's words."""
    found = _match(
        gold["relation"], _two(gold["arguments"]), made["relation"], _two(made["arguments"])
    )
    if any(word in gold["relation"] for word in _SAID):
        turned = _two(made["arguments"])[::-1]
        found = max(
            found, _match(gold["relation"], _two(gold["arguments"]), made["relation"], turned)
        )
    return found


def _two(arguments: Sequence[str]) -> list[str]:
    return [arguments[0], " ".join(arguments[1:])] if len(arguments) > 1 else list(arguments)


def _match(relation: str, gold: list[str], other: str, made: list[str]) -> list[float]:
    left = other.split()
    asked = relation.split()
    right = _taken(asked, left)
    if "be" in left and any(form in asked for form in _BE):
        right += 1
    if not right or len(made) < len(gold):
        return [0.0, 0.0]
    there, wanted = len(other.split()), len(asked)
    for mine, theirs in zip(gold, made, strict=False):
        words = theirs.split()
        there, wanted = there + len(words), wanted + len(mine.split())
        right += _taken(mine.split(), words)
    return [right / there, right / wanted]


def _taken(asked: list[str], left: list[str]) -> int:
    """How many words of `asked` are left; each is taken out."""
    count = 0
    for word in asked:
        if word in left:
            left.remove(word)
            count += 1
    return count


def _shares(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    made, gold = sums[..., 1], sums[..., 3]
    precision = np.where(made > 0, sums[..., 0] / np.maximum(made, 1), 1.0)
    return precision, np.where(gold > 0, sums[..., 2] / np.maximum(gold, 1), 0.0)


def _f1(sums: np.ndarray) -> np.ndarray:
    precision, recall = _shares(sums)
    both = precision + recall
    return np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0.0)


def _area(precision: np.ndarray, recall: np.ndarray) -> float:
    """Under the curve of all levels and the point of no recall; of equal recalls the highest level's counts."""
    points = dict(zip([*recall.tolist(), 0.0], [*precision.tolist(), 1.0], strict=True))
    x = np.array(sorted(points))
    y = np.array([points[one] for one in x.tolist()])
    return float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum())
