"""Everything that a transfer is given, read and checked before any work starts.

The files are read once in whatever format they have, and written anew below the run's folder in one
plain format each, which the recipes then read: the held-out part of the parallel text, a source
development set where none is given, and all target text in one place.
"""

import logging
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calque import evidence
from calque.data.conll import write_conll
from calque.data.open import open_bitext, open_labelled, open_texts, task_of
from calque.data.overlap import key_of, overlap
from calque.data.plain import write_plain
from calque.data.tsv import write_tsv
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.languages.codes import Language, resolve, same
from calque.values import Bitext, Labelled, Texts

log = logging.getLogger(__name__)

TASKS = ("class", "pair", "tags")
_HELD_SHARE, _HELD_MOST = 20, 200  # every 20th pair is held out, at most 200


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
            f"transfer does not do task '{task}' yet; it does topic, sentiment, nli, ner, pos"
        )
    labelled, pairs, text = _read(given, kind, source, target)
    for name, examples in labelled.items():
        if not len(examples):
            raise BadValue(
                f"{given[name]}: no examples in it; --{name.replace('_', '-')} needs at least one"
            )
    warnings: list[str] = []
    if "dev" not in labelled:
        labelled["train"], labelled["dev"] = _split(labelled["train"])
        warnings.append(
            f"no --dev: {len(labelled['dev'])} of the training examples are held out as development set"
        )
    _check_labels(labelled, warnings)
    _check_copies(labelled, pairs, text, warnings)
    warnings += _check_languages(given, labelled, pairs, text, (source, target))
    held = None
    if pairs is not None:
        pairs, held = _hold_out(pairs, warnings)
        text = _without_held(text, held, warnings)
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
    if given.get("text"):
        text = attempt(lambda: open_texts(given["text"], language=target.tag))
    if bad:
        raise BadLines(bad)
    return labelled, pairs, text


def _split(train: Labelled) -> tuple[Labelled, Labelled]:
    if len(train) < 10:
        raise BadValue(f"only {len(train)} training examples: too few to hold any out; give --dev")
    order = np.random.default_rng(0).permutation(len(train))
    cut = max(1, len(train) // 10)
    return train.take(np.sort(order[cut:])), train.take(np.sort(order[:cut]))


def _check_labels(labelled: dict[str, Labelled], warnings: list[str]) -> None:
    if None in labelled["train"].gold or None in labelled["dev"].gold:
        raise BadValue("the source examples (--train, --dev) must all have labels")
    known = set(labelled["train"].labels)
    if len(known) < 2:
        raise BadValue(f"the training examples have {len(known)} label; a task needs two or more")
    for name in ("dev", "few", "target_dev", "test"):
        if name not in labelled:
            continue
        gold = labelled[name].gold
        flat = (
            [tag for tags in gold for tag in tags or ()] if labelled[name].task == "tags" else gold
        )
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


def _check_copies(
    labelled: dict[str, Labelled], pairs: Bitext | None, text: Texts | None, warnings: list[str]
) -> None:
    test = labelled["test"]
    for name in ("train", "dev", "few", "target_dev"):
        if name in labelled:
            count = len(overlap(labelled[name], test))
            if count:
                warnings.append(
                    f"{count} of {len(test)} test examples stand in --{name.replace('_', '-')} too"
                )
    if "few" in labelled and "target_dev" in labelled:
        count = len(overlap(labelled["few"], labelled["target_dev"]))
        if count:
            warnings.append(f"{count} of the examples in --target-dev stand in --few too")
    targets = None if pairs is None else pairs.targets
    for name, own in (("the parallel text", targets), ("--text", text)):
        if own is not None:
            known = {_letters(line) for line in own}
            count = sum(
                any(_letters(side) in known for side in evidence.sides_of(row)) for row in test
            )
            if count:
                warnings.append(f"{count} of {len(test)} test texts stand in {name} too")


def _letters(text: str) -> str:
    """The text without white space and case: words of tagged text are set apart otherwise."""
    return "".join(unicodedata.normalize("NFC", text.casefold()).split())


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


def _hold_out(pairs: Bitext, warnings: list[str]) -> tuple[Bitext, Bitext]:
    """Pairs to learn from and to judge by; no pair is in both, also where it stands twice."""
    first: dict[bytes, int] = {}
    kinds = np.array([first.setdefault(key_of(pair), len(first)) for pair in pairs])
    step = max(_HELD_SHARE, -(-len(pairs) // _HELD_MOST))
    held = np.arange(0, len(pairs), step)
    held = held[np.sort(np.unique(kinds[held], return_index=True)[1])]
    rest = np.flatnonzero(~np.isin(kinds, kinds[held]))
    if len(rest) + len(held) < len(pairs):
        copies = len(pairs) - len(rest) - len(held)
        warnings.append(
            f"parallel text: {copies} copies of the {len(held)} held-out pairs are left out too"
        )
    if not len(rest):
        raise BadValue(f"parallel text: only {len(first)} different pairs in {len(pairs)}")
    return pairs.take(rest), pairs.take(held)


def _without_held(text: Texts | None, held: Bitext, warnings: list[str]) -> Texts | None:
    """Plain text without the target sides that are held out."""
    if text is None:
        return None
    known = {_letters(line) for line in held.targets}
    rows = [row for row, line in enumerate(text) if _letters(line) not in known]
    if len(rows) == len(text):
        return text
    warnings.append(
        f"--text: {len(text) - len(rows)} lines are sentences of held-out pairs and are left out"
    )
    return text.take(rows)


def _write(
    labelled: dict[str, Labelled],
    pairs: Bitext | None,
    held: Bitext | None,
    text: Texts | None,
    folder: Path,
) -> dict[str, str]:
    files = {}
    for name, examples in labelled.items():
        path = folder / f"{name}.{'conll' if examples.task == 'tags' else 'tsv'}"
        (write_conll if examples.task == "tags" else write_tsv)(examples, path)
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
