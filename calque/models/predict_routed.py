"""Predictions of one base under several patches, of which each example has its own or its own mixture.

Source: Du et al. 2025, "Knowledge Grafting of Large Language Models", section 3.4, https://arxiv.org/abs/2505.18502
"""

from collections.abc import Callable, Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.models.predicting import predictor
from calque.roles import part
from calque.values import Checkpoint, Labelled, Patch, Predictions

_WHERE = "models.predict_routed"


@part(paper="du-etal-2025-graftllm")
def predict_routed(
    checkpoint: Checkpoint,
    examples: Labelled,
    patches: Sequence[Patch],
    shares: np.ndarray,
    *,
    fuse: Callable[..., Patch] | None = None,
    steps: int = 4,
) -> Predictions:
    """Predict each example under the patch that is picked for it, or the patches that are fused for it.

    Examples with equal shares go through the model together, each such group under a patch of its own, so that what an example
    is told depends on no other example. The base is read from its folder each time: it never changes.

    patches: at least one, made on the base, with heads for the examples' task
    shares:  [n, k] of each patch in what each example gets (`adaptation.route`)
    fuse:    puts several patches together by `weights`, as {use: adaptation.mean}; None where each example has one
    steps:   shares are rounded to multiples of 1 / steps, so an example has at most so many patches
    """
    if shares.shape != (len(examples), len(patches)) or steps < 1:
        raise BadValue(
            f"{_WHERE}: shares of shape {list(shares.shape)} for {len(examples)} examples and {len(patches)} "
            f"patches, and steps of at least 1, got {steps}"
        )
    if (
        not np.isfinite(shares).all()
        or (shares < 0).any()
        or not np.allclose(shares.sum(axis=1), 1)
    ):
        raise BadValue(f"{_WHERE}: shares must lie in [0, 1], each row summing to 1")
    kinds, group = np.unique(_rounded(shares, steps), axis=0, return_inverse=True)
    made: list[tuple[np.ndarray, Predictions]] = []
    for number, kind in enumerate(kinds):
        own = np.flatnonzero(group.reshape(-1) == number)
        patch = _patch(patches, kind, fuse)
        made.append((own, predictor(checkpoint, examples.task, patch)(examples.take(own))))
    return _together(made, len(examples))


def _rounded(shares: np.ndarray, steps: int) -> np.ndarray:
    """How many of the steps each patch gets, [n, k]: rounded down, what is left goes where most was cut off."""
    counts = np.floor(shares * steps).astype(int)
    ranks = (counts - shares * steps).argsort(axis=1, kind="stable").argsort(axis=1)
    return counts + (ranks < (steps - counts.sum(axis=1))[:, None])


def _patch(patches: Sequence[Patch], kind: np.ndarray, fuse: Callable[..., Patch] | None) -> Patch:
    some = np.flatnonzero(kind).tolist()
    if len(some) == 1:
        return patches[some[0]]
    if fuse is None:
        raise BadSetting(
            f"{_WHERE}: some examples have several patches; say how to fuse them: fuse"
        )
    return fuse([patches[k] for k in some], weights=[float(kind[k]) for k in some])


def _together(made: Sequence[tuple[np.ndarray, Predictions]], count: int) -> Predictions:
    """In the order of the examples; without probabilities where heads tell other classes apart."""
    labels: list = [None] * count
    for rows, own in made:
        for row, label in zip(rows, own, strict=True):
            labels[row] = label
    classes = {own.classes for _, own in made}
    if len(classes) != 1 or any(own.probabilities is None for _, own in made):
        return Predictions(tuple(labels), classes.pop() if len(classes) == 1 else ())
    sizes = [1 if isinstance(label, str) else len(label) for label in labels]
    starts = np.cumsum([0, *sizes])
    chances = np.zeros((starts[-1], len(made[0][1].classes)), dtype=np.float32)
    for rows, own in made:
        places = [np.arange(starts[row], starts[row + 1]) for row in rows]
        chances[np.concatenate(places).astype(int)] = own.probabilities
    return Predictions(tuple(labels), classes.pop(), chances)
