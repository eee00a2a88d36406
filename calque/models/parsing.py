"""Parses as pieces: what a word's first piece is to learn, and the tree that a model gives a sentence."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadValue
from calque.maths.arborescence import best_tree, cycle
from calque.models.batches import Windows, buckets, collate, first_pieces
from calque.values import Labelled

log = logging.getLogger(__name__)

NONE = -100  # target of what has none
_ROOT = "root"  # the relation that stands at the root's arcs alone


def check_trees(examples: Labelled, what: str) -> None:
    """BadValue where a head lies outside its sentence; a warning that counts sentences that are no trees."""
    broken: Counter[str] = Counter()
    first = -1
    for row, heads in enumerate(examples.table["heads"].to_pylist()):
        outside = [k for k, head in enumerate(heads) if head is None or not 0 <= head <= len(heads)]
        if outside:
            raise BadValue(
                f"models.tune: row {row} of {what}: word {outside[0] + 1} has the head "
                f"{heads[outside[0]]}; a sentence of {len(heads)} words has heads from 0 to {len(heads)}"
            )
        ring = len(cycle(np.array(heads, dtype=np.int64))) > 0
        if heads and (ring or heads.count(0) != 1):
            broken["a cycle" if ring else "no root" if not heads.count(0) else "several roots"] += 1
            first = row if first < 0 else first
    if broken:
        listed = ", ".join(f"{count} with {reason}" for reason, count in broken.items())
        log.warning(
            "%s: %d sentences are no trees (%s), the first is row %d; learned as they are",
            *(what, broken.total(), listed, first),
        )


def parse_targets(
    windows: Windows, examples: Labelled, relations: Sequence[str]
) -> list[np.ndarray]:
    """Per window [2, l]: at a word's first piece that of its head, counted from 1, 0 the root; and the relation.

    A word whose head has no piece in the window has neither there.
    """
    number = {name: index for index, name in enumerate(relations)}
    heads = examples.table["heads"].to_pylist()
    names = examples.table["relations"].to_pylist()
    targets = []
    for window, (words, owner) in enumerate(zip(windows.words, windows.owner, strict=True)):
        target = np.full((2, len(words)), NONE, dtype=np.int64)
        first = first_pieces(windows, window)
        column = np.full(len(heads[owner]) + 1, NONE, dtype=np.int64)
        column[0] = 0
        column[words[first] + 1] = first + 1
        for piece in first:
            above = column[heads[owner][words[piece]]]
            if above >= 0:
                target[:, piece] = above, number[names[owner][words[piece]]]
        targets.append(target)
    return targets


def parse_loss(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    """Cross-entropy of the heads, and of the relations to the right heads, summed; 0 where there are none."""
    scored = model(**batch["inputs"])
    heads, relations = batch["targets"].unbind(1)
    related = model.classifier.related(scored, heads.clamp_min(0))
    total = torch.zeros((), device=heads.device)
    for scores, wanted in ((scored.arcs, heads), (related, relations)):
        loss = F.cross_entropy(
            scores.float().flatten(0, 1), wanted.flatten(), ignore_index=NONE, reduction="sum"
        )
        total = total + loss / (wanted != NONE).sum().clamp_min(1)
    return total


def parse_right(model: Any, batch: dict[str, Any]) -> tuple[int, int]:
    """How many words get head and relation right, each for itself, and how many there are."""
    with torch.inference_mode():
        scored = model(**batch["inputs"])
        made = scored.arcs.argmax(-1)
        named = model.classifier.related(scored, made).argmax(-1)
    heads, relations = batch["targets"].unbind(1)
    asked = heads != NONE
    right = (made == heads) & (named == relations)
    return int(right[asked].sum()), int(asked.sum())


def parsed(
    model: Any, windows: Windows, counts: np.ndarray, relations: Sequence[str], tokens: int
) -> tuple[np.ndarray, np.ndarray]:
    """Heads [words] and log probabilities of the relations to them [words, c], sentence after sentence.

    counts: words of each sentence; of words without a piece the head is -1, the probabilities NaN
    tokens: most pieces of a batch

    Scores of a sentence's windows are averaged; words that share no window are not linked.
    """
    starts = np.concatenate([[0], np.cumsum(counts)])
    heads = np.full(starts[-1], -1)
    shares = np.full((starts[-1], len(relations)), np.nan, dtype=np.float32)
    at_root = np.array([name == _ROOT for name in relations])
    place = next(model.parameters()).device
    for rows in _together(windows, tokens):
        inputs = {name: tensor.to(place) for name, tensor in collate(windows, rows).items()}
        with torch.inference_mode():
            scored = model(**inputs)
            arcs = scored.arcs.float().log_softmax(-1).cpu().numpy()
        if not np.isfinite(arcs).all():
            raise BadValue("models.predict: the scores are not finite; are the model's weights?")
        chosen = np.zeros(inputs["input_ids"].shape, dtype=np.int64)
        read = []
        for sentence, places in _sentences(windows, rows):
            words, tree = _tree(windows, rows, places, arcs, int(counts[sentence]))
            heads[starts[sentence] + words] = tree[words]
            read += [(at, sentence, *_chosen(windows, rows[at], tree, chosen[at])) for at in places]
        with torch.inference_mode():
            named = model.classifier.related(scored, torch.from_numpy(chosen).to(place))
            named = named.float().log_softmax(-1).cpu().numpy()
        totals: dict[int, list[np.ndarray]] = {}
        for at, sentence, pieces, words in read:
            for piece, word in zip(pieces, words, strict=True):
                totals.setdefault(int(starts[sentence] + word), []).append(named[at, piece])
        for word, found in totals.items():
            shares[word] = np.mean(found, axis=0)
            if at_root.any() and not at_root.all():
                shares[word, at_root != (heads[word] == 0)] = -np.inf
    return heads, shares


def _together(windows: Windows, tokens: int) -> Iterator[np.ndarray]:
    """Batches of windows in which every sentence is whole."""
    count = np.bincount(windows.owner, minlength=windows.inputs)
    single = np.flatnonzero(count[windows.owner] == 1)
    for rows in buckets(windows.lengths[single], tokens=tokens):
        yield single[rows]
    for sentence in np.flatnonzero(count > 1):
        yield np.flatnonzero(windows.owner == sentence)


def _sentences(windows: Windows, rows: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """Each sentence of a batch with the places of its windows in it."""
    found: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        found.setdefault(int(windows.owner[row]), []).append(at)
    yield from found.items()


def _tree(
    windows: Windows, rows: np.ndarray, places: list[int], arcs: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The words [w] of a sentence that have pieces, and the heads [count] of all, -1 for the others."""
    totals, weights = np.zeros((count, count + 1)), np.zeros((count, count + 1))
    for at in places:
        first = first_pieces(windows, int(rows[at]))
        words = windows.words[rows[at]][first]
        cells = np.ix_(words, np.append(0, words + 1))
        totals[cells] += arcs[at][np.ix_(first, np.append(0, first + 1))]
        weights[cells] += 1
    known = np.flatnonzero(weights[:, 0] > 0)
    columns = np.append(0, known + 1)
    cells = np.ix_(known, columns)
    seen = weights[cells] > 0
    found = best_tree(np.where(seen, totals[cells] / np.maximum(weights[cells], 1), -np.inf))
    heads = np.full(count, -1)
    heads[known] = columns[found]
    return known, heads


def _chosen(
    windows: Windows, row: int, tree: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pieces and words of a window whose heads are in it, written into `chosen` [l]."""
    first = first_pieces(windows, int(row))
    words = windows.words[row][first]
    column = np.full(len(tree) + 1, -1)
    column[0] = 0
    column[words + 1] = first + 1
    above = column[tree[words]]
    here = above >= 0
    chosen[first[here]] = above[here]
    return first[here], words[here]


def attachments(
    heads: np.ndarray, shares: np.ndarray, relations: Sequence[str], counts: np.ndarray
) -> tuple[tuple[tuple[str, ...], ...], np.ndarray]:
    """Per sentence the head and relation of each word, "2:nsubj"; and probabilities [words, c].

    A word without pieces hangs from the sentence's root, or is the root where no word has pieces,
    by "dep" where there is such a relation, else by the commonest; its probabilities are 0, and it is
    counted in a warning.
    """
    unseen = heads < 0
    best = np.where(unseen[:, None], 0, shares).argmax(axis=1) if len(heads) else heads
    common = Counter(best[~unseen].tolist()).most_common(1)
    spare = relations.index("dep") if "dep" in relations else common[0][0] if common else 0
    root = relations.index(_ROOT) if _ROOT in relations else spare
    best[unseen] = spare
    labels, start = [], 0
    for count in counts.tolist():
        own, named = heads[start : start + count].copy(), best[start : start + count]
        if count and (own < 0).all():
            own[0], named[0] = 0, root
        own[own < 0] = int(np.argmax(own == 0)) + 1 if count else 0
        labels.append(tuple(f"{h}:{relations[r]}" for h, r in zip(own, named, strict=True)))
        start += count
    if unseen.any():
        log.warning("%d words without pieces hang from the root's word, unseen", unseen.sum())
    with np.errstate(invalid="ignore"):
        chances = np.exp(shares - shares.max(axis=1, keepdims=True, initial=-1e30))
        chances = chances / chances.sum(axis=1, keepdims=True)
    return tuple(labels), np.where(unseen[:, None], 0, chances).astype(np.float32)
