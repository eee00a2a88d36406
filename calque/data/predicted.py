"""Examples with the labels that a model gave them."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled, Predictions


@part
def predicted(examples: Labelled, predictions: Predictions) -> Labelled:
    """Put what a model said in the place of labels or tags, so that others can be taught with it.

    examples: of task class, pair, tags or slots, labelled or not
    """
    name = {"class": "label", "pair": "label", "tags": "tags", "slots": "tags"}.get(examples.task)
    if name is None:
        raise BadValue(f"data.predicted: examples of task '{examples.task}' have no such labels")
    if len(examples) != len(predictions):
        raise BadValue(
            f"data.predicted: {len(examples)} examples and {len(predictions)} predictions"
        )
    kind = pa.string() if name == "label" else pa.list_(pa.string())
    column = pa.array(list(predictions), kind)
    table = examples.table
    return Labelled(
        table.set_column(table.column_names.index(name), name, column),
        examples.task,
        examples.language,
    )
