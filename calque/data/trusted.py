"""Examples that a first judge finds likely: what others made is let through a switch.

Source: Luo et al. 2024, "CrossTune: Black-Box Few-Shot Classification with Label Enhancement", section 3 (the switch),
https://arxiv.org/abs/2403.12468
"""

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Labelled, Predictions


@part(paper="crosstune")
def trusted(examples: Labelled, predictions: Predictions, *, least: float = 0.5) -> Labelled:
    """Keep the examples whose own label the predictions find at least so likely.

    examples:    with a label each, made by a generator say
    predictions: of the same examples in order, with probabilities, by a model that learned from others
    least:       in [0, 1]; more keeps fewer and surer ones. A label that the model does not know is dropped
    """
    if not 0 <= least <= 1:
        raise BadSetting(f"data.trusted: least must lie in [0, 1], got {least}")
    if predictions.probabilities is None or len(predictions) != len(examples):
        raise BadValue(
            f"data.trusted: {len(predictions)} predictions "
            f"{'with' if predictions.probabilities is not None else 'without'} probabilities for {len(examples)} examples"
        )
    place = {label: index for index, label in enumerate(predictions.classes)}
    rows = [
        row
        for row, label in enumerate(examples.gold)
        if label in place and predictions.probabilities[row, place[label]] >= least
    ]
    return examples.take(np.array(rows, dtype=int))
