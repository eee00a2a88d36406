"""Weights of several patches, looked for on development data of the source.

Source: Chronopoulou et al. 2024, "Language and Task Arithmetic with Parameter-Efficient Layers for Zero-Shot
Summarization", section 3, https://arxiv.org/abs/2311.09344
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calque.adaptation.parents import merge
from calque.adaptation.weighed import factors
from calque.errors import BadSetting, BadValue
from calque.maths.merging import weighed
from calque.progress import track
from calque.roles import part
from calque.values import Bitext, Checkpoint, Patch

log = logging.getLogger(__name__)
_WHAT = "adaptation.search"


@part(paper="language-task-arithmetic")
def search(
    parents: list[Checkpoint | Patch],
    base: Checkpoint,
    dev: Bitext,
    *,
    scorer: Callable[..., Any],
    weights: list[list[float]],
    slack: float = 0.0,
) -> Checkpoint:
    """Try weights of patches and give the base with the best sum on it, as `adaptation.arithmetic` makes it.

    The score of every try is in the log.

    parents: patches on the base, or models made of it, without modules
    dev:     pairs of the source language that nothing has learned from; those of the target would be
             labels of it
    scorer:  dev and a model to numbers, of which greater means are better: `models.translation_scores`
    weights: to be tried, a list of one for each parent; of equals the first
    slack:   share of the best score that may be given up for a later try: where weights go from the task
             towards the target language, which the source cannot gain by
    """
    if not weights or not 0 <= slack < 1:
        raise BadSetting(
            f"{_WHAT}: needs weights to try, and slack in [0, 1); got {weights} and {slack}"
        )
    if not len(dev):
        raise BadValue(f"{_WHAT}: dev has no pairs to choose weights by")
    tries = [factors(one, len(parents), _WHAT) for one in weights]
    made, scores = [], []
    for own in track(tries, "trying weights"):
        made.append(_sum(parents, base, own))
        scores.append(float(np.mean(scorer(dev, made[-1]))))
        log.info("%s: weights %s: %.4f", _WHAT, own, scores[-1])
    if not np.isfinite(scores).all():
        raise BadValue(f"{_WHAT}: the scorer gives no finite mean over {len(dev)} pairs: {scores}")
    chosen = int(np.argmax(scores))
    if slack:
        least = scores[chosen] - slack * abs(scores[chosen])
        chosen = max(k for k, one in enumerate(scores) if one >= least)
    log.info("%s: takes weights %s", _WHAT, tries[chosen])
    return made[chosen]


def _sum(
    parents: Sequence[Checkpoint | Patch], base: Checkpoint, own: Sequence[float]
) -> Checkpoint:
    return merge(list(parents), base, lambda _, __, deltas: weighed(deltas, list(own)), _WHAT)
