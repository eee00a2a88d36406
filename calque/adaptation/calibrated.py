"""Predictions without the leaning of their model towards some labels.

Source: Zhao et al. 2021, "Calibrate Before Use", section 5 (by texts that say nothing),
https://arxiv.org/abs/2102.09690; by unlabelled texts: Nie et al. 2023, "Unleashing the Multilingual Encoder Potential"
(marginalization), https://arxiv.org/abs/2310.05069
"""

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Predictions


@part(paper="rosprompt")
def calibrated(predictions: Predictions, leaning: Predictions) -> Predictions:
    """Divide each class's probability by its mean over other texts, and choose again.

    predictions: one label for each text, with probabilities
    leaning:     of the same model, among the same classes: of texts that say nothing ("", "N/A"), or of
                 unlabelled text of the target; then each class is taken to be as frequent there as any other
    """
    for what, some in (("predictions", predictions), ("leaning", leaning)):
        if some.probabilities is None or not all(isinstance(label, str) for label in some):
            raise BadValue(
                f"adaptation.calibrated: {what} must have one label for each text, with probabilities"
            )
    if predictions.classes != leaning.classes or not len(leaning):
        raise BadValue(
            f"adaptation.calibrated: {len(leaning)} texts tell of the classes {', '.join(leaning.classes)}; the "
            f"predictions are among {', '.join(predictions.classes)}"
        )
    assert predictions.probabilities is not None and leaning.probabilities is not None
    mean = leaning.probabilities.astype(np.float64).mean(axis=0)
    shares = predictions.probabilities / np.maximum(mean, 1e-12)
    shares /= shares.sum(axis=1, keepdims=True)
    labels = tuple(predictions.classes[best] for best in shares.argmax(axis=1))
    return Predictions(labels, predictions.classes, shares.astype(np.float32))
