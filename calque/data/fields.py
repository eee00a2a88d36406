"""Rows of JSON objects, or of a hub data set, as the columns of a task."""

import itertools
import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from calque.data import columns as naming
from calque.data.batches import TableBuilder
from calque.data.columns import Columns
from calque.data.lines import Problems, squeezed
from calque.data.spans import iob2
from calque.values import Bitext, Labelled, Texts
from calque.values.labelled import SPANS, TASKS, TUPLES

log = logging.getLogger(__name__)

_PLAIN = (str, int, float)
_SAMPLE = 1000
_SPAN = {"kind", "start", "end", "of"}

Found = Iterator[tuple[int, dict[str, Any]]]  # number of a line or row, fields


def labelled(
    found: Found, task: str, columns: Columns | None, language: str, problems: Problems
) -> Labelled:
    """Examples; without a field of labels they can be predicted, not scored."""
    table = _table(found, task, columns, (language,), problems)
    for name, kind in TASKS[task].items():
        if name not in table.column_names:
            if name in ("label", "tags", "answer") and len(table):
                names = ", ".join(table.column_names)
                log.warning("%s: no field of %s among: %s", problems.path, name, names)
            table = table.append_column(name, pa.nulls(len(table), kind))
    return Labelled(table, task, language)


def bitext(
    found: Found,
    columns: Columns | None,
    languages: tuple[str, str],
    problems: Problems,
    tokenized: bool = False,
) -> Bitext:
    """Sentence pairs."""
    table = _table(found, "bitext", columns, languages, problems, tokenized)
    return Bitext(table, *languages, tokenized)


def texts(found: Found, columns: Columns | None, language: str, problems: Problems) -> Texts:
    """Texts."""
    table = _table(found, "texts", columns, (language,), problems)
    return Texts(table.select(["text"]), language)


def _table(
    found: Found,
    task: str,
    columns: Columns | None,
    languages: Sequence[str],
    problems: Problems,
    tokenized: bool = False,
) -> pa.Table:
    path = problems.path
    sample = list(itertools.islice(found, _SAMPLE))
    names = list(dict.fromkeys(name for _, thing in sample for name in _flat(thing)))
    if not sample:
        problems.settle()
        log.warning("%s: empty, no rows", path)
        return pa.table({name: pa.array([], _kind(name)) for name in naming.NEEDED[task]})
    sides = _sides(sample[0][1], names)
    if task == "bitext" and sides and not naming.by_name(names, task, languages):
        columns = columns or dict(zip(("source", "target"), sides, strict=True))
    places = naming.find(names, task, columns, languages, path)
    extra = naming.extra(names, tuple(places), tuple(places.values()))
    roles = {role: names[place] for role, place in places.items()}
    log.info("%s: fields %s", path, roles)
    others = [names[place] for place in extra.values()]
    builder = TableBuilder({r: _kind(r) for r in roles} | dict.fromkeys(extra, pa.string()))
    for number, nested in itertools.chain(sample, found):
        thing = _flat(nested)
        row, wrong = _row(thing, roles, task, tokenized)
        if wrong:
            problems.add(number, wrong)
            continue
        cells = [*row, *(_as_text(thing.get(name)) for name in others)]
        builder.add(cells, sum(len(cell) for cell in cells if isinstance(cell, (str, list))))
    problems.settle()
    table = builder.table()
    log.info("%s: %d rows", path, len(table))
    return table


def _row(
    thing: dict[str, Any], roles: dict[str, str], task: str, tokenized: bool
) -> tuple[list[Any], str]:
    """What each role holds, and what is wrong with it."""
    row: dict[str, Any] = {}
    wrong = ""
    for role, name in roles.items():
        item, trouble = _converted(thing.get(name), role, role in naming.NEEDED[task], task)
        wrong = wrong or (trouble and f"field '{name}' {trouble}")
        row[role] = squeezed(item) if tokenized and isinstance(item, str) else item
    return list(row.values()), wrong or _uneven(row)


def _flat(thing: dict[str, Any]) -> dict[str, Any]:
    """Lift the sides out of `translation`, as the hub's translation sets have it."""
    inner = thing.get("translation")
    if not isinstance(inner, dict):
        return thing
    return inner | {name: item for name, item in thing.items() if name != "translation"}


def _sides(first: dict[str, Any], names: Sequence[str]) -> Sequence[str]:
    """The two fields that must be the sides, if only because there are no others."""
    inner = first.get("translation")
    names = list(inner) if isinstance(inner, dict) else names
    return names if len(names) == 2 else ()


def _kind(role: str) -> pa.DataType:
    for fields in TASKS.values():
        if role in fields:
            return fields[role]
    return pa.string()


def _converted(item: Any, role: str, needed: bool, task: str) -> tuple[Any, str]:
    """The item as its column holds it, and what is wrong with it."""
    if item is None:
        return None, "is missing or null" if needed else ""
    kind = _kind(role)
    if kind == SPANS:
        return _spans(item)
    if kind == TUPLES:
        return _tuples(item)
    if pa.types.is_list(kind):
        whole = pa.types.is_integer(kind.value_type)
        if not isinstance(item, list) or not all(_fits(one, whole) for one in item):
            return None, f"holds {_shown(item)}, not a list of {'numbers' if whole else 'text'}"
        if role == "tags" and task in ("tags", "slots"):
            return iob2([str(one) for one in item])[0], ""
        return [one if whole else str(one) for one in item], ""
    if pa.types.is_integer(kind):
        return (item, "") if _fits(item, True) else (None, f"holds {_shown(item)}, not a number")
    if isinstance(item, bool) and role == "label":
        return str(item).lower(), ""
    if isinstance(item, bool) or not isinstance(item, _PLAIN):
        return None, f"holds {_shown(item)}, not text"
    text = str(item)
    if role == "label":
        text = text.strip()
        return (None if text == "" or (task == "pair" and text == "-") else text), ""
    return text, ""


def _fits(item: Any, whole: bool) -> bool:
    if isinstance(item, bool):
        return False
    return isinstance(item, int) and abs(item) < 1 << 31 if whole else isinstance(item, _PLAIN)


def _uneven(row: dict[str, Any]) -> str:
    """Lists that do not go with the words."""
    words = row.get("words")
    for name, item in row.items():
        if words is None or not isinstance(item, list):
            continue
        if name == "tuples":
            continue
        if name == "spans":
            outside = [one for one in item if not 0 <= one["start"] < one["end"] <= len(words)]
            if outside:
                return f"span {_shown(outside[0])} lies outside its {len(words)} words"
        elif len(item) != len(words):
            return f"{len(words)} words and {len(item)} {name}"
    return ""


def _spans(item: Any) -> tuple[Any, str]:
    """Spans with kind, start, end and `of`, which may lack."""
    wrong = f"holds {_shown(item)}, not a list of spans such as {{kind: Attack, start: 0, end: 1}}"
    if not isinstance(item, list) or not all(isinstance(one, dict) for one in item):
        return None, wrong
    made = [{"of": -1} | {name: one.get(name) for name in one if name in _SPAN} for one in item]
    for k, one in enumerate(made):
        if set(one) != _SPAN or not isinstance(one["kind"], str):
            return None, wrong
        if not all(_fits(one[name], True) for name in ("start", "end", "of")):
            return None, wrong
        if not -1 <= one["of"] < len(made) or one["of"] == k:
            return None, f"has a span {k} that cannot belong to span {one['of']} of {len(made)}"
    return made, ""


def _tuples(item: Any) -> tuple[Any, str]:
    """Tuples with relation, arguments and score, which may lack."""
    wrong = f"holds {_shown(item)}, not a list of tuples such as {{relation: saw, arguments: [Asha, Rome]}}"
    if not isinstance(item, list) or not all(isinstance(one, dict) for one in item):
        return None, wrong
    made = []
    for one in item:
        arguments, score = one.get("arguments"), one.get("score")
        score = 1.0 if score is None else score
        texts = [one.get("relation"), *(arguments if isinstance(arguments, list) else [None])]
        if not all(isinstance(text, str) for text in texts) or not isinstance(score, (int, float)):
            return None, wrong
        made.append({"relation": texts[0], "arguments": texts[1:], "score": float(score)})
    return made, ""


def _shown(item: Any) -> str:
    text = json.dumps(item, ensure_ascii=False)
    return text if len(text) <= 30 else f"{text[:30]}…"


def _as_text(item: Any) -> str | None:
    if item is None or isinstance(item, str):
        return item
    return json.dumps(item, ensure_ascii=False)
