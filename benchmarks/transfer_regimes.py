"""Regimes by tasks by languages in one table: `calque transfer` from a few hundred English examples.

python -m benchmarks.transfer_regimes [--tasks topic names speech trees answers pairs] [--seeds 0] [--rows FILE] [--json]

Topics of SIB-200, names of MasakhaNER 2, parts of speech and trees of UD, answers of XQuAD, pairs of XNLI
(Swahili) and AmericasNLI (Quechua, Guaraní). --train English examples are learned from; `few-shot` has FEW of the
target, from its own development part, or where there is none from what is not tested; up to TESTED are tested.
NTREX-128 is the parallel text of the languages that it has. Target labels choose nothing.

A row is a regime: score, interval, seconds of what is done for the target alone, and whether it was the one chosen.
--rows keeps rows as they come: a language of a task that stands there is not run again.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import ROOT, adaptation, data_folder, parallel
from benchmarks.common_alignment import keep, rows_of
from benchmarks.transfer_sib200 import LANGUAGES
from benchmarks.transfer_tags import ENTITIES, SPEECH, english_names, english_speech, plain
from benchmarks.transfer_tasks import answers, trees, written
from calque import part
from calque.data.conll import conll, write_conll
from calque.data.conllu import conllu, write_conllu
from calque.data.squad import write_squad
from calque.data.tsv import write_tsv
from calque.transfer import transfer
from calque.values import Labelled

FEW, TESTED = 20, 300
PLAIN = ("zero-shot", "zero-shot-average", "zero-shot+few-shot")
READING = ("vocabulary", "sparse", "low-rank")
UNREAD = {"quy": "quy", "grn": "gn"}  # not in NTREX-128: as AmericasNLI calls them
Sets = dict[str, Labelled]


class Task(NamedTuple):
    """What `transfer` is told, in which languages, and where its examples come from.

    sets: train, dev (English), test and, where the data have it apart, few (target), each of any size
    only: regimes that this task alone has, where there is parallel text
    """

    told: str
    languages: tuple[str, ...]
    sets: Callable[[Path, str, int], Sets]
    write: Callable[[Any, Path], None]
    ending: str
    only: tuple[str, ...] = ()


def _topics(data: Path, language: str, _: int) -> Sets:
    def of(code: str, split: str) -> Labelled:
        path = data / "sib-200" / f"{code}_{({'eng': 'Latn'} | LANGUAGES)[code]}" / f"{split}.tsv"
        return part("data.labelled")(path, task="topic", language=code)

    english = {split: of("eng", split) for split in ("train", "dev")}
    return english | {"few": of(language, "dev"), "test": of(language, "test")}


def _names(data: Path, language: str, _: int) -> Sets:
    folder = data / "masakhaner2" / {code: name for name, code in ENTITIES.items()}[language]
    train, dev = english_names(data)
    own = []
    for name in ("dev", "test"):  # without dates, which English examples lack
        rows = [dict(row) for row in conll(folder / f"{name}.txt", task="tags", language=language)]
        for row in rows:
            row["tags"] = [tag if tag in train.labels else "O" for tag in row["tags"]]
        own.append(Labelled.of(rows, "tags", language))
    return {"train": train, "dev": dev, "few": own[0], "test": own[1]}


def _speech(data: Path, language: str, _: int) -> Sets:
    train, dev = english_speech(data)
    tagged = plain(conllu(data / "ud" / SPEECH[language], task="tags", language=language))
    return {"train": train, "dev": dev, "test": tagged}


def _trees(data: Path, language: str, train: int) -> Sets:
    """Relations without subtypes, which languages name differently; few are sentences without any that English lacks."""
    sets = trees(data, language, train)
    for name, examples in sets.items():
        rows = [dict(row) for row in examples]
        for row in rows:
            row["relations"] = [relation.partition(":")[0] for relation in row["relations"]]
        sets[name] = Labelled.of(rows, "parse", examples.language)
    known, test = {*sets["train"].labels}, sets["test"]
    usable = [k for k, row in enumerate(test) if known.issuperset(row["relations"])]
    few = usable[:: max(1, len(usable) // FEW)][:FEW]
    rest = sorted({*range(len(test))} - {*few})
    return sets | {"few": test.take(few), "test": test.take(rest)}


def _pairs(data: Path, language: str, _: int) -> Sets:
    english = _xnli(data / "myxnli" / "my.genre.dev.tsv", "en", "eng")
    own = []
    for split in ("dev", "test"):
        if language in UNREAD:
            path = data / "americasnli" / split / f"{UNREAD[language]}.tsv"
            own.append(part("data.labelled")(path, task="nli", language=language))
        else:
            own.append(_xnli(data / "myxnli" / f"sw.genre.{split}.tsv", "sw", language))
    train, dev = (english.take(range(first, len(english), 2)) for first in (0, 1))
    return {"train": train, "dev": dev, "few": own[0], "test": own[1]}


def _xnli(path: Path, code: str, language: str) -> Labelled:
    """One language of a file that may hold two."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    places = [lines[0].index(name) for name in (f"sentence1_{code}", f"sentence2_{code}", "label")]
    rows = [
        {"text": r[places[0]], "text_b": r[places[1]], "label": r[places[2]]} for r in lines[1:]
    ]
    return Labelled.of(rows, "pair", language)


TASKS = {
    "topic": Task("topic", ("swh", "tur", "eus"), _topics, write_tsv, "tsv"),
    "names": Task("ner", ("swh", "hau", "yor"), _names, write_conll, "conll", ("projected",)),
    "speech": Task("pos", ("deu", "tur", "wol"), _speech, write_conll, "conll", ("projected",)),
    "trees": Task("parse", ("deu", "tur"), _trees, write_conllu, "conllu"),
    "answers": Task("answer", ("deu", "tur"), answers, write_squad, "json"),
    "pairs": Task("nli", ("swh", "quy", "grn"), _pairs, write_tsv, "tsv"),
}


def main() -> None:
    """Run what is asked for and not there yet; rows as they come, or a table at the end."""
    asked = _arguments()
    done = rows_of(asked.rows)
    for name in asked.tasks:
        for language in TASKS[name].languages:
            for seed in asked.seeds:
                told = {"task": name, "target": language, "seed": seed, "train": asked.train}
                if not any(told.items() <= row.items() for row in done):
                    for row in _ran(TASKS[name], language, seed, asked):
                        done.append(told | row)
                        keep(done[-1], asked.rows, asked.json)
    if not asked.json:
        _tell([row for row in done if row["task"] in asked.tasks])


def _ran(task: Task, language: str, seed: int, asked: argparse.Namespace) -> list[dict[str, Any]]:
    data, out = data_folder(), asked.out / f"regimes-{task.told}-{language}-{seed}"
    sets = _cut(task.sets(data, language, asked.train), asked.train)
    regimes, given = PLAIN, {}
    if language not in UNREAD:
        regimes = (*PLAIN, *READING, *task.only)
        given = {"parallel": parallel(data, language, asked.out / "parallel")}
    files: dict[str, Any] = written(sets, task.write, out / "files", task.ending) | given
    found = transfer(
        task=task.told,
        source="eng",
        target=language,
        model=asked.model,
        strategies=regimes,
        out=out / "run",
        seed=seed,
        **files,
    )
    costs = ("seconds", "latency_ms", "stored_mib", "chosen")
    return [
        {"regime": row["method"], "score": row["value"], "low": row["low"], "high": row["high"]}
        | {name: row[name] for name in costs if name in row}
        | {"ours": adaptation(out / "run", row["method"])}
        for row in found.table
    ]


def _cut(sets: Sets, train: int) -> Sets:
    """As many of each as asked for, those of English at equal distances; no few example is tested."""
    made = {}
    if "few" not in sets:
        step = max(2, len(sets["test"]) // FEW)
        few = range(0, len(sets["test"]), step)
        rest = sorted(set(range(len(sets["test"]))) - set(few))
        sets = sets | {"few": sets["test"].take(few), "test": sets["test"].take(rest)}
    for name, most in (("train", train), ("dev", 100), ("few", FEW), ("test", TESTED)):
        step = max(1, len(sets[name]) // most)
        made[name] = sets[name].take(range(0, len(sets[name]), step)[:most])
    return made


def _tell(rows: list[dict[str, Any]]) -> None:
    regimes = list(dict.fromkeys(row["regime"] for row in rows))
    print(f"| task | target | {' | '.join(regimes)} | chosen |\n{'|---' * (len(regimes) + 3)}|")
    for task, target in dict.fromkeys((row["task"], row["target"]) for row in rows):
        own = [row for row in rows if (row["task"], row["target"]) == (task, target)]
        cells = []
        for regime in regimes:
            some = [row for row in own if row["regime"] == regime]
            cells.append(_cell(some) if some else "")
        chosen = dict.fromkeys(row["regime"] for row in own if row["chosen"])
        print(f"| {task} | {target} | {' | '.join(cells)} | {', '.join(chosen)} |")


def _cell(rows: list[dict[str, Any]]) -> str:
    """Means over seeds."""
    means = (100 * sum(row[key] for row in rows) / len(rows) for key in ("score", "low", "high"))
    return "{:.1f} ({:.1f}-{:.1f})".format(*means)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--train", type=int, default=500, help="English examples to learn from")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "regimes.jsonl")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
