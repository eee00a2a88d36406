"""Projected examples taken apart again: their spans, where these went, and what can be written anew."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from calque.errors import BadValue
from calque.projection.carried import ACCOUNT, Found, carried, need_account
from calque.projection.places import texts_of
from calque.projection.spans import ANSWER, Spans, Target
from calque.values import Labelled, Texts, View

PROJECTOR = "projector"


def opened(part: str, projected: Labelled) -> tuple[Spans, Found]:
    """The spans of the source as the account tells them, and what was found for each."""
    need_account(part, projected)
    if projected.task not in ("tags", "slots", "answer"):
        raise BadValue(
            f"{part}: projected examples of task '{projected.task}' cannot be gone over again; those of tags, "
            "slots and answer can"
        )
    column = projected.table["account"].combine_chunks()
    counts = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    entries = column.flatten()
    fields = [field.name for field in column.type.value_type]

    def of(name: str) -> np.ndarray:
        if name not in fields:  # examples without any span may have lost the type of their entries
            return np.zeros(0)
        wanted = ACCOUNT.value_type.field(name).type
        values = entries.field(name).cast(wanted)  # a column that was read may be of nulls alone
        if pa.types.is_string(wanted):
            return np.array(values.to_pylist(), dtype=object)
        return values.fill_null(0).to_numpy(zero_copy_only=False)

    kinds = tuple(dict.fromkeys(of("kind").tolist()))
    place = {kind: k for k, kind in enumerate(kinds)}
    kind = np.array([place[name] for name in of("kind").tolist()], dtype=np.int64)
    row = np.repeat(np.arange(len(projected)), counts)
    start, end, new_start, new_end = (
        of(name).astype(np.int64) for name in ("start", "end", "new_start", "new_end")
    )
    sizes = np.zeros(
        len(projected), dtype=np.int64
    )  # at least: the words of the source are not here
    np.maximum.at(sizes, row, end)
    spans = Spans(row, start, end, kind, kinds or (ANSWER,), sizes, _form(projected))
    reason = of("reason").astype(object)
    return spans, Found(new_start, new_end, of("confidence").astype(np.float64), reason)


def target_of(projected: Labelled) -> Target:
    """The words of projected examples."""
    if projected.task == "answer":
        return Target.of(Texts.of(texts_of(projected), projected.language))
    return Target(projected.table["words"].combine_chunks(), projected.language)


def anew(projected: Labelled, spans: Spans, target: Target, found: Found) -> Labelled:
    """The examples with labels and account of what is found now."""
    texts = Texts.of(texts_of(projected), projected.language)
    return carried(projected, View.whole(texts, texts), spans, target, found)


def noted(projected: Labelled, name: str, values: np.ndarray) -> Labelled:
    """The examples with one more field of strings in every entry of their account."""
    column = projected.table["account"].combine_chunks()
    entries = column.flatten()
    fields = [field for field in entries.type if field.name != name]
    arrays = [entries.field(field.name) for field in fields]
    made = pa.StructArray.from_arrays(
        [*arrays, pa.array(values, pa.string())], fields=[*fields, pa.field(name, pa.string())]
    )
    ends = np.append(0, np.cumsum(column.value_lengths().to_numpy(zero_copy_only=False)))
    account = pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), made)
    return projected.with_columns(account=account)


def _form(projected: Labelled) -> str:
    """Words with tags of their own have other tags than B-, I- and O, and null where they have none."""
    if projected.task == "answer":
        return "answers"
    tags = pc.call_function("unique", [projected.table["tags"].combine_chunks().flatten()])
    spans = all(t is not None and (t == "O" or t[:2] in ("B-", "I-")) for t in tags.to_pylist())
    return "spans" if spans else "words"
