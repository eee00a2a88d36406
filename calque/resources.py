"""Everything that a transfer is given, read and checked before any work starts.

The files are read once in whatever format they have, and written anew below the run's folder in one
plain format each, which the recipes then read: the held-out part of the parallel text, a source
development set where none is given, and all target text in one place.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from calque import evidence
from calque.copies import check_copies, hold_out, without_held
from calque.data.conll import write_conll
from calque.data.conllu import write_conllu
from calque.data.open import open_bitext, open_labelled, open_texts, task_of
from calque.data.plain import write_plain
from calque.data.squad import write_squad
from calque.data.tsv import write_tsv
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.languages.codes import Language, resolve, same
from calque.values import Bitext, Labelled, Texts
from calque.values.labelled import TASKS as COLUMNS

log = logging.getLogger(__name__)

TASKS = ("class", "pair", "tags", "parse", "answer")
# how examples are written down: the ending of the file, and what writes it
FORMS: dict[str, tuple[str, Callable[..., None]]] = {
    "tags": ("conll", write_conll),
    "parse": ("conllu", write_conllu),
    "answer": ("json", write_squad),
}
_LEAST_PAIRS = 20


@dataclass(frozen=True)
class Resources:
    """What there is, and the files that the recipes read it from.

    kind:     the task of `Labelled`
    labelled: "train", "dev", "test", and where given "few" and "target_dev"
    pairs, held: parallel text to learn from and to judge by; None without any
    lines:    of plain text of the target
    files:    inputs of recipes by name
    level:    supervision level, "T0" to "T4"
    warnings: what the user should look at, with numbers
    """

    task: str
    kind: str
    source: Language
    target: Language
    labelled: dict[str, Labelled]
    pairs: Bitext | None
    held: Bitext | None
    lines: int
    files: dict[str, str]
    level: str
    warnings: tuple[str, ...]


def gather(given: dict[str, Any], folder: Path) -> Resources:
    """Read all that is given; one error names every bad line of every file.

    given:  task, source, target, the paths train, dev, test, parallel, text, few, target_dev, and
            columns of the labelled files
    folder: where the plain copies go
    """
    source, target = resolve(given["source"]), resolve(given["target"])
    if same(source, target):
        raise BadSetting(f"source and target are the same language, {source.name} ({source.tag})")
    for language in (source, target):
        if language.code == "und":
            raise BadSetting("source and target must be languages, 'und' is none")
    task = given["task"]
    kind = task_of(task)
    if kind not in TASKS:
        raise BadSetting(
            f"transfer does not do task '{task}' yet; it does topic, sentiment, nli, ner, pos, parse, answer"
        )
    labelled, pairs, text = _read(given, kind, source, target)
    for name, examples in labelled.items():
        if not len(examples):
            raise BadValue(
                f"{given[name]}: no examples in it; --{name.replace('_', '-')} needs at least one"
            )
    warnings: list[str] = []
    if kind == "parse":
        labelled = {name: _universal(examples) for name, examples in labelled.items()}
    if "dev" not in labelled:
        labelled["train"], labelled["dev"] = _split(labelled["train"])
        warnings.append(
            f"no --dev: {len(labelled['dev'])} of the training examples are held out as development set"
        )
    _check_labels(labelled, warnings)
    check_copies(labelled, pairs, text, warnings)
    warnings += _check_languages(given, labelled, pairs, text, (source, target))
    held = None
    if pairs is not None:
        pairs, held = hold_out(pairs, warnings)
        text = without_held(text, held, warnings)
    files = _write(labelled, pairs, held, text, folder)
    level = _level(labelled, pairs, text)
    for warning in warnings:
        log.warning("%s", warning)
    lines = 0 if text is None else len(text)
    return Resources(
        task, kind, source, target, labelled, pairs, held, lines, files, level, tuple(warnings)
    )


def _read(
    given: dict[str, Any], kind: str, source: Language, target: Language
) -> tuple[dict[str, Labelled], Bitext | None, Texts | None]:
    bad: list[str] = []

    def attempt(read: Callable[[], Any]) -> Any:
        try:
            return read()
        except BadLines as error:
            bad.extend(error.lines)
        except BadFile as error:
            bad.append(str(error))
        return None

    labelled = {}
    for name in ("train", "dev", "test", "few", "target_dev"):
        if given.get(name):
            code = (source if name in ("train", "dev") else target).tag
            labelled[name] = attempt(
                lambda n=name, c=code: open_labelled(
                    given[n], kind, language=c, columns=given.get("columns")
                )
            )
    pairs = text = None
    if given.get("parallel"):
        pairs = attempt(
            lambda: open_bitext(given["parallel"], source=source.tag, target=target.tag)
        )
        if pairs is not None and len(pairs) < _LEAST_PAIRS:
            bad.append(
                f"{given['parallel']}: only {len(pairs)} sentence pairs; --parallel needs at least "
                f"{_LEAST_PAIRS}"
            )
    if given.get("text"):
        text = attempt(lambda: open_texts(given["text"], language=target.tag))
    if bad:
        raise BadLines(bad)
    return labelled, pairs, text


def _universal(examples: Labelled) -> Labelled:
    """Relations without their subtypes, which each language has its own of: nmod for nmod:poss."""
    rows = examples.table["relations"].to_pylist()
    plain = [None if row is None else [name.partition(":")[0] for name in row] for row in rows]
    return examples.with_columns(relations=pa.array(plain, COLUMNS["parse"]["relations"]))


def _split(train: Labelled) -> tuple[Labelled, Labelled]:
    if len(train) < 10:
        raise BadValue(f"only {len(train)} training examples: too few to hold any out; give --dev")
    order = np.random.default_rng(0).permutation(len(train))
    cut = max(1, len(train) // 10)
    return train.take(np.sort(order[cut:])), train.take(np.sort(order[:cut]))


def _check_labels(labelled: dict[str, Labelled], warnings: list[str]) -> None:
    if None in labelled["train"].gold or None in labelled["dev"].gold:
        raise BadValue("the source examples (--train, --dev) must all have labels")
    if labelled["train"].task == "answer":
        return
    known = set(labelled["train"].labels)
    if len(known) < 2:
        raise BadValue(f"the training examples have {len(known)} label; a task needs two or more")
    for name in ("dev", "few", "target_dev", "test"):
        if name not in labelled:
            continue
        task = labelled[name].task
        if task == "parse":
            gold = labelled[name].table["relations"].to_pylist()
        else:
            gold = labelled[name].gold
        several = task in ("tags", "parse")
        flat = [label for labels in gold for label in labels or ()] if several else gold
        unseen = Counter(label for label in flat if label is not None and label not in known)
        if not unseen:
            continue
        listed = ", ".join(f"'{label}' ({count})" for label, count in unseen.most_common(5))
        if name != "test":
            raise BadValue(
                f"--{name.replace('_', '-')} has labels that --train never shows: {listed}"
            )
        warnings.append(
            f"--test has labels that --train never shows and no model can get right: {listed}"
        )


def _check_languages(
    given: dict[str, Any],
    labelled: dict[str, Labelled],
    pairs: Bitext | None,
    text: Texts | None,
    languages: tuple[Language, Language],
) -> list[str]:
    """Warnings about what does not look like its language; BadValue where it plainly is another."""
    source, target = languages
    texts = {name: evidence.texts_of(examples) for name, examples in labelled.items()}
    train, test = texts["train"], texts["test"]
    found = []
    for name, examples in labelled.items():
        language = source if name in ("train", "dev") else target
        found += evidence.check_content(name, examples)
        found += evidence.check_script(name, examples, language)
    if pairs is not None:
        found += evidence.check_sides(pairs, train, test, source, target)
    if text is not None:
        known = [*test, *(pairs.targets if pairs is not None else [])]
        found += evidence.check_text(str(given["text"]), text, known, train, target)
    own = [*(pairs.targets if pairs is not None else []), *(text or [])]
    for name in ("test", "few", "target_dev"):
        if name in texts:
            flag = f"--{name.replace('_', '-')}"
            found += evidence.in_source(flag, texts[name], own, train, target)
    return found


def _write(
    labelled: dict[str, Labelled],
    pairs: Bitext | None,
    held: Bitext | None,
    text: Texts | None,
    folder: Path,
) -> dict[str, str]:
    files = {}
    for name, examples in labelled.items():
        ending, write = FORMS.get(examples.task, ("tsv", write_tsv))
        path = folder / f"{name}.{ending}"
        write(examples, path)
        files[name] = str(path)
    if pairs is not None and held is not None:
        for name, part in (("parallel", pairs), ("heldout", held)):
            write_tsv(part, folder / f"{name}.tsv")
            files[name] = str(folder / f"{name}.tsv")
    lines = [*(text or []), *(pairs.targets if pairs is not None else [])]
    if lines:
        write_plain(Texts.of(" ".join(line.split()) for line in lines), folder / "text.txt")
        files["text"] = str(folder / "text.txt")
    return files


def _level(labelled: dict[str, Labelled], pairs: Bitext | None, text: Texts | None) -> str:
    if "target_dev" in labelled:
        return "T4"
    if "few" in labelled:
        return "T3"
    if pairs is not None:
        return "T2"
    return "T1" if text is not None else "T0"
