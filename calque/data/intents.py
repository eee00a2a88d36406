"""Utterances with their intents, as texts to be classified."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled


@part
def intents(examples: Labelled) -> Labelled:
    """Take the intent of each utterance as its class; its words are joined by spaces, slots are left out.

    examples: of task slots
    """
    if examples.task != "slots":
        raise BadValue(f"data.intents: examples of task '{examples.task}' have no intents")
    texts = pa.array([" ".join(row["words"] or ()) for row in examples], pa.string())
    table = pa.table({"text": texts, "label": examples.table["label"]})
    return Labelled(table, "class", examples.language)
