"""Labels from attention to words.

Source: Luo et al. 2024, "CrossTune: Black-Box Few-Shot Classification with Label Enhancement", section 3,
https://arxiv.org/abs/2403.12468
"""

from collections.abc import Sequence

import numpy as np

from calque.roles import part
from calque.values import LabelReader, Predictions


@part(paper="crosstune")
def label_attended(reader: LabelReader, states: Sequence[np.ndarray]) -> Predictions:
    """Predict the label of each text, with probabilities.

    reader: of `models.label_attention`
    states: per text, [m, d] of its words, by the same model; a text of nothing gets the first label
    """
    shares = reader(states)
    best = tuple(reader.labels[place] for place in shares.argmax(axis=1))
    return Predictions(best, reader.labels, shares.astype(np.float32))
