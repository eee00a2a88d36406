"""Utterances with their intents, as texts to be classified."""

import pyarrow as pa

from calque.data.written import written
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
    columns = {"text": written(examples).table["text"], "label": examples.table["label"]}
    return Labelled(pa.table(columns), "class", examples.language)
