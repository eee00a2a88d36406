"""Opens whatever holds a value: the format told by name and content, and said in the log."""

import json
import logging
import re
from pathlib import Path

from calque.data import jsonl as json_lines
from calque.data.columns import Columns, closeness
from calque.data.conll import conll
from calque.data.conllu import conllu
from calque.data.hub import hub_bitext, hub_labelled, hub_texts
from calque.data.lexicon import lexicon
from calque.data.lines import opened
from calque.data.parallel import parallel
from calque.data.plain import plain
from calque.data.squad import squad
from calque.data.tables import read_bitext, read_labelled, read_texts
from calque.data.tmx import tmx
from calque.errors import BadFile, BadSetting
from calque.registry import near
from calque.values import Bitext, Labelled, Lexicon, Texts
from calque.values.labelled import TASKS

log = logging.getLogger(__name__)

TASK_NAMES = {
    "topic": "class",
    "sentiment": "class",
    "intent": "class",
    "nli": "pair",
    "pairs": "pair",
    "paraphrase": "pair",
    "ner": "tags",
    "pos": "tags",
    "parsing": "parse",
    "qa": "answer",
} | {task: task for task in TASKS}
_START = 1 << 16
_PACKED = (".gz", ".bz2", ".xz")
_JSON = (".json", ".jsonl", ".ndjson")
_CONLL = (".conll", ".iob", ".iob2", ".bio")
_DELIMITED = (".tsv", ".csv", ".tab")
_FORMS = {
    "class": "delimited text or JSON",
    "pair": "delimited text or JSON",
    "tags": "CoNLL, CoNLL-U or JSON",
    "slots": "CoNLL or JSON",
    "parse": "CoNLL-U or JSON",
    "events": "JSON",
    "tuples": "JSON, or what data.tuples reads",
    "answer": "SQuAD or JSON lines",
}


def task_of(name: str) -> str:
    """The task of `Labelled` that a user's word for it means: `topic` is "class", `ner` is "tags"."""
    if name.lower() not in TASK_NAMES:
        known = ", ".join(TASK_NAMES)
        raise BadSetting(f"no task '{name}'{near(name, list(TASK_NAMES))}; there are: {known}")
    return TASK_NAMES[name.lower()]


def open_labelled(
    path: Path | str,
    task: str,
    *,
    language: str = "und",
    columns: Columns | None = None,
    header: bool | None = None,
    quoted: bool | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read examples of a task from delimited text, JSON, CoNLL, CoNLL-U, SQuAD or the hub.

    path:    a file, or hf:org/name[:config][@split]
    task:    a task of `Labelled`, or a user's word for one (`TASK_NAMES`)
    columns: role -> column or field, where the format has names
    header:  whether delimited text has one; None decides by evidence
    quoted:  undo quotes as CSV does; None decides by evidence
    Labels may lack: such examples can be predicted, not scored.
    """
    task = task_of(task)
    if str(path).startswith("hf:"):
        return hub_labelled(str(path), task, language=language, columns=columns, drop_bad=drop_bad)
    path = Path(path)
    form, start = _form(path)
    told = dict(columns or {})
    log.info("%s: taken as %s with task '%s'", path, form, task)
    nested = "answers" in told or re.search('"(answers|paragraphs)"', start)
    if form == "JSON" and task == "answer" and nested:
        return squad(path, language=language, drop_bad=drop_bad, **_strings(told))
    if form == "JSON":
        return json_lines.jsonl(path, task=task, language=language, columns=told, drop_bad=drop_bad)
    if form == "CoNLL-U" and task in ("parse", "tags"):
        return conllu(path, task=task, language=language, drop_bad=drop_bad)
    if task in ("tags", "slots") and form in ("text", "delimited text", "CoNLL"):
        token, tag = _places(told)
        return conll(path, task=task, language=language, token=token, tag=tag, drop_bad=drop_bad)
    if task in ("class", "pair") and form in ("text", "delimited text"):
        return read_labelled(
            path,
            task,
            language=language,
            columns=columns,
            header=header,
            quoted=quoted,
            drop_bad=drop_bad,
        )
    raise BadFile(f"{path}: {form}; task '{task}' needs {_FORMS[task]}")


def open_bitext(
    path: Path | str,
    other: Path | None = None,
    *,
    source: str = "und",
    target: str = "und",
    columns: Columns | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read sentence pairs from delimited text, JSON, TMX, `source ||| target`, two files or the hub.

    path:  a file; hf:org/name[:config][@split]; or a name to which `.` and the codes of both
           languages are added, `news` for news.en and news.sw
    other: the target side, where each side has its file
    source, target: languages; also used to find columns and files
    tokenized: words are separated by spaces
    """
    sides = {"source": source, "target": target, "tokenized": tokenized, "drop_bad": drop_bad}
    if str(path).startswith("hf:"):
        return hub_bitext(str(path), columns=columns, **sides)
    path = Path(path)
    if other is None and not path.exists():
        path, other = _two_sides(path, source, target)
    if other is not None:
        log.info("%s and %s: taken as the two sides, line by line", path, other)
        return parallel(path, other, **sides)
    form, start = _form(path)
    lines = [line for line in start.split("\n") if line.strip()][:20]
    if form == "TMX":
        return tmx(path, **sides)
    if form == "JSON":
        return json_lines.read_bitext(path, columns=columns, **sides)
    if form in ("text", "delimited text"):
        if lines and all(line.count("|||") == 1 for line in lines):
            log.info("%s: taken as 'source ||| target'", path)
            return parallel(path, **sides)
        return read_bitext(path, columns=columns, **sides)
    raise BadFile(f"{path}: {form}; sentence pairs come as delimited text, JSON, TMX or two files")


def open_texts(
    path: Path | str,
    *,
    language: str = "und",
    columns: Columns | None = None,
    drop_bad: bool = False,
) -> Texts:
    """Read texts: a line each, or the column or field of texts of a table, JSON or the hub."""
    if str(path).startswith("hf:"):
        return hub_texts(str(path), language=language, columns=columns, drop_bad=drop_bad)
    path = Path(path)
    form, _ = _form(path)
    log.info("%s: taken as %s", path, "one text per line" if form == "text" else form)
    if form == "JSON":
        return json_lines.read_texts(path, language=language, columns=columns, drop_bad=drop_bad)
    if form == "delimited text" or columns:
        return read_texts(path, language=language, columns=columns, drop_bad=drop_bad)
    if form == "text":
        return plain(path, language=language, drop_bad=drop_bad)
    raise BadFile(f"{path}: {form}; texts come as plain text, delimited text or JSON")


def open_lexicon(
    path: Path | str,
    *,
    source: str = "und",
    target: str = "und",
    columns: Columns | None = None,
    drop_bad: bool = False,
) -> Lexicon:
    """Read pairs of words from any list in columns."""
    form, _ = _form(Path(path))
    if form not in ("text", "delimited text"):
        raise BadFile(f"{path}: {form}; word pairs come in columns")
    return lexicon(
        Path(path), source=source, target=target, columns=dict(columns or {}), drop_bad=drop_bad
    )


def _form(path: Path) -> tuple[str, str]:
    """The kind of file, by name and content, and how it starts."""
    if path.exists() and not path.is_dir() and not path.is_file():
        raise BadFile(
            f"{path}: a pipe can be read only once, and formats are told by content; save it first"
        )
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    suffix = suffixes[-1] if suffixes else ""
    with opened(path, utf8=False) as file:
        start = file.read(_START).decode("utf-8", errors="replace").removeprefix("\ufeff")
        cut = bool(file.read(1))
    lines = [line for line in start.split("\n") if line.strip()]
    if suffix == ".tmx" or re.match(
        r"\s*<[^>]*>\s*(<!DOCTYPE[^>]*>\s*)?(<!--.*?-->\s*)*<tmx\b", start
    ):
        return "TMX", start
    if re.match(r"\s*<(\?xml|!DOCTYPE|html)\b", start, re.IGNORECASE):
        return (
            "XML or HTML of a kind that is not known (TMX is); take the text out of it first",
            start,
        )
    if suffix in _JSON or (lines and _is_object(lines[0])):
        return "JSON", start
    whole = lines[:-1] if cut else lines
    words = [line.split("\t") for line in whole if not line.startswith("#")]
    numbered = [len(row) == 10 and row[0][:1].isdigit() for row in words[:50]]
    if suffix == ".conllu" or (numbered and all(numbered)):
        return "CoNLL-U", start
    if suffix in _CONLL:
        return "CoNLL", start
    return ("delimited text" if suffix in _DELIMITED else "text"), start


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _two_sides(path: Path, source: str, target: str) -> tuple[Path, Path]:
    """The files `path.xx` of both languages."""
    found = []
    for language in (source, target):
        near = {
            file: closeness(file.suffix[1:], language)
            for file in path.parent.glob(f"{path.name}.*")
        }
        best = max(near, key=lambda file: near[file], default=path)
        if not near.get(best):
            raise BadFile(f"{path}: no such file, and no {path.name}.xx for language '{language}'")
        found.append(best)
    return found[0], found[1]


def _strings(fields: dict[str, str | int]) -> dict[str, str]:
    known = {name: str(field) for name, field in fields.items() if name in ("question", "answers")}
    if len(known) < len(fields):
        raise BadSetting(f"columns of questions are question and answers, not {', '.join(fields)}")
    return known


def _places(columns: dict[str, str | int]) -> tuple[int | None, int | None]:
    """The columns of words and tags."""
    known = {role: place for role, place in columns.items() if role in ("words", "tags")}
    places = {role: place for role, place in known.items() if isinstance(place, int)}
    if len(places) < len(columns):
        raise BadSetting("columns of CoNLL are places from 1, for example {words: 2, tags: 4}")
    return places.get("words"), places.get("tags")
