"""Examples labelled by a model."""

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Labelled, Predictions
from calque.values.labelled import TASKS


@part
def predicted(examples: Labelled, predictions: Predictions, *, least: float = 0.0) -> Labelled:
    """Take what was predicted as the labels, or tags, of examples; labels that they had are replaced.

    predictions: one per example
    least: probability in [0, 1] that every label of an example must have; examples with one less sure are
           left out, so more gives fewer and better examples. What a model could not read does not count
    """
    if examples.task not in ("class", "pair", "tags"):
        raise BadValue(f"data.predicted: no labels are predicted for task '{examples.task}'")
    if len(examples) != len(predictions):
        raise BadValue(
            f"data.predicted: {len(examples)} examples and {len(predictions)} predictions"
        )
    if not 0 <= least <= 1:
        raise BadSetting(f"data.predicted: least must lie in [0, 1], got {least}")
    name = "tags" if examples.task == "tags" else "label"
    kind = TASKS[examples.task][name]
    made = [list(one) if name == "tags" else one for one in predictions]
    labelled = examples.with_columns(**{name: pa.array(made, kind)})
    return labelled.take(_sure(predictions, least)) if least else labelled


def _sure(predictions: Predictions, least: float) -> np.ndarray:
    """The examples all of whose labels have at least this probability."""
    chances = predictions.probabilities
    if chances is None:
        raise BadValue("data.predicted: the predictions have no probabilities; leave `least` at 0")
    made = [(one,) if isinstance(one, str) else one for one in predictions]
    row = np.repeat(np.arange(len(made)), [len(labels) for labels in made])
    place = {name: k for k, name in enumerate(predictions.classes)}
    chosen = np.array([place[label] for labels in made for label in labels], dtype=np.int64)
    unsure = (chances[np.arange(len(row)), chosen] < least) & (chances.sum(axis=1) > 0)
    return np.setdiff1d(np.arange(len(made)), row[unsure])
