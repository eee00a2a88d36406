"""Examples without trouble."""

import numpy as np

from calque.generation.troubled import need_trouble
from calque.roles import part
from calque.values import Labelled


@part
def valid(examples: Labelled) -> Labelled:
    """Keep the examples that are in no trouble, without the column `trouble`.

    examples: what a reader of this family gave
    """
    troubles = need_trouble("generation.valid", examples)
    kept = examples.take(np.flatnonzero([not one for one in troubles]))
    return Labelled(kept.table.drop_columns(["trouble"]), kept.task, kept.language)
