"""Examples labelled by a model."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled, Predictions
from calque.values.labelled import TASKS


@part
def predicted(examples: Labelled, predictions: Predictions) -> Labelled:
    """Take what was predicted as the labels, or tags, of examples; labels that they had are replaced.

    predictions: one per example
    """
    if examples.task not in ("class", "pair", "tags"):
        raise BadValue(f"data.predicted: no labels are predicted for task '{examples.task}'")
    if len(examples) != len(predictions):
        raise BadValue(
            f"data.predicted: {len(examples)} examples and {len(predictions)} predictions"
        )
    name = "tags" if examples.task == "tags" else "label"
    kind = TASKS[examples.task][name]
    made = [list(one) if name == "tags" else one for one in predictions]
    place = examples.table.column_names.index(name)
    table = examples.table.set_column(place, name, pa.array(made, kind))
    return Labelled(table, examples.task, examples.language)
