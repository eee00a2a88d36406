"""The questions of examples, as texts."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled, Texts


@part
def questions(examples: Labelled, *, language: str = "") -> Texts:
    """Take the question of each example, with its column `constraints` if there is one.

    examples: of task answer
    language: of the questions, where it is not that of the contexts
    """
    if examples.task != "answer":
        raise BadValue(f"data.questions: examples of task '{examples.task}' have no questions")
    names = [name for name in ("constraints",) if name in examples.table.column_names]
    columns = {"text": examples.table["question"]} | {n: examples.table[n] for n in names}
    return Texts(pa.table(columns), language or examples.language)
