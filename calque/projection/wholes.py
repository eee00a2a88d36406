"""Labels of whole texts, which hold for their translations as they are."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from calque.errors import BadValue
from calque.projection.carried import Found, account_of
from calque.projection.spans import Spans, Target
from calque.values import Labelled, View

SIDES = {"class": ("text",), "pair": ("text", "text_b")}


def whole(part: str, examples: Labelled, view: View) -> Labelled:
    """The examples with the texts that theirs became, their own labels, and an account of every label.

    A label is lost, and null, where a text has no translation. It counts as changed where every translation is the
    text itself: nobody may have translated it.

    view: of the texts of `data.each_text`, of pairs both of an example side by side
    """
    names = SIDES[examples.task]
    count = len(names)
    if len(view) != count * len(examples):
        raise BadValue(
            f"{part}: {len(examples)} examples of task '{examples.task}' have {count * len(examples)} texts "
            f"(data.each_text), the view has {len(view)}"
        )
    old, new = (
        [" ".join(text.split()) for text in side] for side in (view.original, view.rewritten)
    )
    told = [" ".join((row[name] or "").split()) for row in examples for name in names]
    wrong = [k for k, (a, b) in enumerate(zip(told, old, strict=True)) if _bare(a) != _bare(b)]
    if wrong:
        raise BadValue(
            f"{part}: text {wrong[0]} of the view is not that of example {wrong[0] // count}; its texts must be "
            "those of data.each_text"
        )
    same = np.array([a == b for a, b in zip(old, new, strict=True)], dtype=bool).reshape(-1, count)
    empty = np.array([not b for b in new], dtype=bool).reshape(-1, count)
    labels = examples.table["label"].to_pylist()
    row = np.flatnonzero([label is not None for label in labels])
    gone = np.any(empty, axis=1)[row]
    kinds = tuple(dict.fromkeys(labels[k] for k in row))
    sizes, new_sizes = (Target.of(side).sizes[::count] for side in (view.original, view.rewritten))
    kind = np.array([kinds.index(labels[k]) for k in row], dtype=np.int64)
    spans = Spans(row, np.zeros_like(row), sizes[row], kind, kinds, sizes)
    reason = np.where(np.all(same, axis=1)[row], "the text is the same in both", "").astype(object)
    reason[gone] = "no target text"
    found = Found(np.zeros_like(row), new_sizes[row], np.ones(len(row)), reason)
    found.lose(gone)
    for k in row[gone].tolist():
        labels[k] = None
    columns = {
        name: pa.array(list(view.rewritten)[k::count], pa.string()) for k, name in enumerate(names)
    }
    columns |= {"label": pa.array(labels, pa.string())}
    made = examples.with_columns(**columns, account=account_of(len(examples), spans, found))
    return replace(made, language=view.rewritten.language)


def _bare(text: str) -> str:
    """Without spaces: words may have been set apart."""
    return text.replace(" ", "")
