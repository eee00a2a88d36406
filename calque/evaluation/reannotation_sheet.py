"""A sheet on which annotators label translations anew, without knowing which are in doubt.

Source: Agrawal, Fazili and Jyothi 2024, "Translation Errors Significantly Impact Low-Resource
Languages in Cross-Lingual Learning", section 4, https://aclanthology.org/2024.eacl-short.28
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Labelled


@part(paper="translation-errors-xnli")
def reannotation_sheet(
    examples: Labelled, rows: Sequence[int], *, controls: int | None = None, seed: int = 0
) -> Labelled:
    """Take rows in doubt and random others, shuffled and without labels, each with its number as `id` and its `language`, if any.

    Written to a file, as `calque apply … --out sheet.tsv` does, it has a column `label` to be filled in; read
    again (`data.labelled`) it goes to `evaluation.reannotated`.

    examples: the translated test set, of task class or pair
    rows:     those in doubt, from 0
    controls: how many others are mixed in, fewer where there are no more; None for as many as are in doubt
    seed:     another seed draws and shuffles differently
    """
    if examples.task not in ("class", "pair"):
        raise BadValue(
            f"evaluation.reannotation_sheet: examples of task '{examples.task}' have no single label"
        )
    if controls is not None and controls < 0:
        raise BadSetting(
            f"evaluation.reannotation_sheet: controls must be at least 0, got {controls}"
        )
    doubted = np.unique(np.asarray(rows, dtype=np.int64))
    outside = doubted[(doubted < 0) | (doubted >= len(examples))]
    if len(outside):
        raise BadValue(
            f"evaluation.reannotation_sheet: row {outside[0]} is not among {len(examples)} examples"
        )
    generator = np.random.default_rng(seed)
    others = np.setdiff1d(np.arange(len(examples)), doubted)
    wanted = min(len(doubted) if controls is None else controls, len(others))
    drawn = generator.choice(others, wanted, replace=False)
    order = generator.permutation(np.concatenate([doubted, drawn]))
    names = ["text", "text_b"] if examples.task == "pair" else ["text"]
    names += [name for name in ("language",) if name in examples.table.column_names]
    columns = {"id": pa.array([str(row) for row in order.tolist()], pa.string())}
    columns |= {name: examples.table[name].take(pa.array(order)) for name in names}
    columns["label"] = pa.nulls(len(order), pa.string())
    return Labelled(pa.table(columns), examples.task, examples.language)
