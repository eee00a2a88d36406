"""Examples that two sets share, so that a test is not passed by memory."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from calque.roles import part
from calque.values import Labelled, Table, Texts

_SIDES = {
    "class": ("text",),
    "pair": ("text", "text_b"),
    "answer": ("context", "question"),
}
_SHOWN = 200


@part
def overlap(train: Labelled | Texts, test: Labelled | Texts) -> Table:
    """Find the items of `test` that stand in `train` too: one row each, so the length is the count.

    Items are equal when their texts are, in NFC, without letter case, and with runs of white space
    as one space; labels do not count. Rows hold `test_row`, `train_row` (the first equal one), both
    from 0, and `text`, cut after 200 characters.
    """
    first: dict[bytes, int] = {}
    for row, item in enumerate(items_of(train)):
        first.setdefault(key_of(item), row)
    found = []
    for row, item in enumerate(items_of(test)):
        place = first.get(key_of(item))
        if place is not None:
            text = " ||| ".join(item)
            text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            found.append({"test_row": row, "train_row": place, "text": text})
    return Table(tuple(found))


def items_of(value: Labelled | Texts) -> Iterator[tuple[str, ...]]:
    """The texts of each item: two of a pair, tagged words as one."""
    if isinstance(value, Texts):
        yield from ((text,) for text in value)
        return
    sides = _SIDES.get(value.task)
    for batch in value.table.select(list(sides or ("words",))).to_batches(max_chunksize=1024):
        for row in batch.to_pylist():
            yield tuple(row[side] for side in sides) if sides else (" ".join(row["words"]),)


def key_of(item: tuple[str, ...]) -> bytes:
    """16 bytes that stand for texts that count as equal: a large training set is held as keys alone."""
    digest = hashlib.blake2b(digest_size=16)
    for text in item:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        digest.update(re.sub(r"\s+", " ", folded).strip().encode() + b"\0")
    return digest.digest()
