"""The best of several projections of the same examples, span by span where they share a text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting, BadValue
from calque.projection.carried import Found
from calque.projection.opened import PROJECTOR, anew, noted, opened, target_of
from calque.projection.places import texts_of
from calque.projection.spans import Spans
from calque.roles import part
from calque.values import Labelled


@part
def chain(versions: Sequence[Labelled], *, names: Sequence[str] = ()) -> Labelled:
    """Merge projections of the same examples: where one lost a span, a later one may have it.

    Versions with the same target text are merged span by span: each span is taken from the first version
    that has it, unless words of it lie in a span taken before. Texts may differ between versions, as a marked
    translation does from an unmarked one; spans of different texts cannot stand in one sentence. Of each
    example the text with the fewest lost spans is taken, of equals that of the first version.

    To carry spans over links that lost their markers, link the text that `projection.by_markers` gives
    (`data.written` of it): both versions then have the same text.

    Every entry of the account has a field `projector`: whom the span comes from, "" where it is lost.

    versions: what projectors gave, the most trusted first
    names:    of the versions, for the account; 1, 2, … without it
    """
    told = [str(name) for name in names] or [str(k) for k in range(1, len(versions) + 1)]
    if len(told) != len(versions) or not versions:
        raise BadSetting(f"projection.chain: {len(versions)} versions and {len(told)} names")
    parts = [opened("projection.chain", version) for version in versions]
    spans = _checked(versions, [part[0] for part in parts])
    texts = [list(texts_of(version)) for version in versions]
    count, rows = len(versions), np.arange(len(versions[0]))
    # [versions, examples] the first version with the same text
    leader = np.array(
        [
            [next(w for w in range(v + 1) if texts[w][r] == texts[v][r]) for r in rows]
            for v in range(count)
        ],
        dtype=np.int64,
    ).reshape(count, len(rows))
    merged, source = _merged(versions, parts, spans, leader)
    lost = np.stack(
        [np.bincount(spans.row[one.end == 0], minlength=len(rows)) for one in merged]
    ).astype(float)
    lost[leader != np.arange(count)[:, None]] = np.inf  # merged into its leader
    best = lost.argmin(axis=0)
    chosen = best[spans.row]
    places = np.arange(len(spans))
    found = Found(
        *(
            np.stack([getattr(one, name) for one in merged])[chosen, places]
            for name in ("start", "end", "confidence", "reason")
        )
    )
    labelled = _rows(versions, best * len(rows) + rows)
    made = anew(labelled, spans, target_of(labelled), found)
    whom = np.array([*told, ""], dtype=object)[np.stack(source)[chosen, places]]
    whom[found.end == 0] = ""
    return noted(made, PROJECTOR, whom)


def _checked(versions: Sequence[Labelled], spans: list[Spans]) -> Spans:
    """The spans that all versions tell of."""
    first = versions[0]
    for k, (version, own) in enumerate(zip(versions, spans, strict=True)):
        for name in ("task", "language"):
            if getattr(version, name) != getattr(first, name):
                raise BadValue(
                    f"projection.chain: version {k + 1} has {name} '{getattr(version, name)}', the first "
                    f"'{getattr(first, name)}'"
                )
        same = len(version) == len(first) and _keys(own) == _keys(spans[0])
        if not same:
            raise BadValue(
                f"projection.chain: version {k + 1} tells of other spans than the first; all must be "
                "projections of the same examples"
            )
    spans[0].form = next((own.form for own in spans if own.form == "words"), spans[0].form)
    return spans[0]


def _keys(spans: Spans) -> list[tuple[int, int, int, str]]:
    kinds = [spans.kinds[k] for k in spans.kind.tolist()]
    return list(
        zip(spans.row.tolist(), spans.start.tolist(), spans.end.tolist(), kinds, strict=True)
    )


def _merged(
    versions: Sequence[Labelled],
    parts: list[tuple[Spans, Found]],
    spans: Spans,
    leader: np.ndarray,
) -> tuple[list[Found], list[np.ndarray]]:
    """What was found for the text of each version by it and later ones with that text, and by which."""
    merged, source = [], []
    for v, version in enumerate(versions):
        own = parts[v][1]
        made = Found(own.start.copy(), own.end.copy(), own.confidence.copy(), own.reason.copy())
        whom = np.full(len(spans), v)
        offsets = target_of(version).offsets
        size = int(target_of(version).sizes.sum())
        for w in range(v + 1, len(versions)):
            later = parts[w][1]
            wanted = (made.end == 0) & (later.end > 0) & (leader[w] == v)[spans.row]
            taken = _taken(made, offsets[spans.row], size)
            first = offsets[spans.row] + later.start
            last = offsets[spans.row] + later.end
            free = taken[np.where(wanted, last, 0)] == taken[np.where(wanted, first, 0)]
            for name in ("start", "end", "confidence", "reason"):
                getattr(made, name)[wanted & free] = getattr(later, name)[wanted & free]
            made.reason[wanted & ~free] = "taken by another span"
            whom[wanted & free] = w
        merged.append(made)
        source.append(whom)
    return merged, source


def _taken(found: Found, before: np.ndarray, size: int) -> np.ndarray:
    """[w + 1] how many of the words before each lie in spans."""
    steps = np.zeros(size + 1, dtype=np.int64)
    there = found.end > 0
    np.add.at(steps, (before + found.start)[there], 1)
    np.add.at(steps, (before + found.end)[there], -1)
    return np.append(0, np.cumsum(np.cumsum(steps)[:-1] > 0))


def _rows(versions: Sequence[Labelled], rows: np.ndarray) -> Labelled:
    """These rows of all versions one after the other, without accounts."""
    columns = [name for name in versions[0].table.column_names if name != "account"]
    table = pa.concat_tables([version.table.select(columns) for version in versions])
    table = table.take(pa.array(rows.astype(np.int64)))
    return Labelled(table, versions[0].task, versions[0].language)
