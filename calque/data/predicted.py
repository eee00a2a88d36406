"""Examples labelled by a model."""

from typing import Any

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Labelled, Predictions
from calque.values.labelled import TASKS


@part
def predicted(examples: Labelled, predictions: Predictions, *, least: float = 0.0) -> Labelled:
    """Take what was predicted as the labels, tags, heads and relations or answers of examples, in place of those that they had.

    predictions: one per example
    least: probability in [0, 1] that every label of an example must have; examples with one less sure are
           left out, so more gives fewer and better examples. What a model could not read does not count
    """
    if examples.task == "slots":
        raise BadValue(f"data.predicted: no labels are predicted for task '{examples.task}'")
    if len(examples) != len(predictions):
        raise BadValue(
            f"data.predicted: {len(examples)} examples and {len(predictions)} predictions"
        )
    if not 0 <= least <= 1:
        raise BadSetting(f"data.predicted: least must lie in [0, 1], got {least}")
    columns, kinds = _columns(examples.task, predictions), TASKS[examples.task]
    labelled = examples.with_columns(
        **{name: pa.array(values, kinds.get(name)) for name, values in columns.items()}
    )
    return labelled.take(_sure(predictions, least)) if least else labelled


def _columns(task: str, predictions: Predictions) -> dict[str, list[Any]]:
    """What was predicted, column by column."""
    if task == "parse":
        cut = [[word.partition(":") for word in row] for row in predictions]
        heads = [[int(head) for head, _, _ in row] for row in cut]
        return {"heads": heads, "relations": [[name for _, _, name in row] for row in cut]}
    if task == "answer":
        if predictions.starts is None:
            raise BadValue("data.predicted: the answers have no places in their contexts")
        given = [[one] if one else [] for one in predictions]
        return {"answer": list(predictions), "start": list(predictions.starts), "answers": given}
    if task == "tags":
        return {"tags": [list(one) for one in predictions]}
    return {"label": list(predictions)}


def _sure(predictions: Predictions, least: float) -> np.ndarray:
    """The examples all of whose labels have at least this probability."""
    chances = predictions.probabilities
    if chances is None:
        raise BadValue("data.predicted: the predictions have no probabilities; leave `least` at 0")
    made = [(one,) if isinstance(one, str) else one for one in predictions]
    row = np.repeat(np.arange(len(made)), [len(labels) for labels in made])
    place = {name: k for k, name in enumerate(predictions.classes)}
    names = (label if label in place else label.partition(":")[2] for one in made for label in one)
    chosen = np.array([place[name] for name in names], dtype=np.int64)
    unsure = (chances[np.arange(len(row)), chosen] < least) & (chances.sum(axis=1) > 0)
    return np.setdiff1d(np.arange(len(made)), row[unsure])
