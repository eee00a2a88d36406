"""Spans as tags: IO, IOB1, IOB2, IOBES, BILOU and BMES, all read as IOB2."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_TAG = re.compile(r"O|[BIESLUM]-.+")
_OPENS = "BSU"
_CLOSES = "ESLU"


def are_spans(tags: Iterable[str]) -> bool:
    """Whether every tag is O or a letter of a span scheme, a dash and a type."""
    return all(_is_span_tag(tag) for tag in tags)


@lru_cache(maxsize=4096)
def _is_span_tag(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None


def iob2(tags: Sequence[str]) -> tuple[list[str], int]:
    """The tags as IOB2, and how many spans began with a tag that does not open one (I-, M-, E-, L-).

    A span begins at B-, S- or U-, and wherever the tag before is O, of another type, or the end of
    a span (E-, S-, L-, U-). Tags that are none of a span scheme stay as they are.
    """
    distinct = set(tags)
    if distinct == {"O"} or not are_spans(distinct):
        return list(tags), 0
    result = []
    unopened = 0
    before, kind = "O", ""
    for tag in tags:
        if tag == "O":
            result.append(tag)
            before, kind = "O", ""
            continue
        letter, own = tag[0], tag[2:]
        begins = letter in _OPENS or before == "O" or own != kind or before in _CLOSES
        unopened += begins and letter not in _OPENS
        result.append(("B-" if begins else "I-") + own)
        before, kind = letter, own
    return result, unopened
