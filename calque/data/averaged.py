"""Predictions of several models as one.

Source: Rosa et al. 2021, "A cost-benefit analysis of cross-lingual transfer methods",
https://arxiv.org/abs/2105.06813, for which ways are combined; the mean of probabilities is ours
"""

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Predictions


@part(paper="cost-benefit-transfer")
def averaged(predictions: list[Predictions]) -> Predictions:
    """Take the class with the largest mean probability, of equal ones the first.

    predictions: of single labels, by models that know the same classes, of the same examples in order
    """
    if not predictions:
        raise BadValue("data.averaged: no predictions given")
    first = predictions[0]
    for one in predictions:
        if one.probabilities is None or not all(isinstance(label, str) for label in one):
            raise BadValue("data.averaged: needs single labels with probabilities")
        if (one.classes, len(one)) != (first.classes, len(first)):
            raise BadValue(
                f"data.averaged: {len(one)} predictions among {', '.join(one.classes)} beside "
                f"{len(first)} among {', '.join(first.classes)}"
            )
    known = [one.probabilities for one in predictions if one.probabilities is not None]
    mean: np.ndarray = np.stack(known).astype(np.float64).mean(axis=0)
    labels = tuple(first.classes[best] for best in mean.argmax(axis=1))
    return Predictions(labels, first.classes, mean.astype(np.float32))
