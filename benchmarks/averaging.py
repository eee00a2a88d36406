"""Last, oracle and averaged checkpoints over rates and seeds (adaptation/checkpoint-averaging).

python -m benchmarks.averaging [--what planted topics names] [--seeds 0 1 2] [--rates 2e-5 1e-4] [--rows FILE] [--json]

planted: topics of a synthetic pair that shares a part of its words, learned in one, asked in the other; a body drawn anew
topics:  SIB-200, minilm learns 210 English examples, is asked in German, Swahili and Turkish
names:   minilm learns 300 sentences of WikiGold, is asked in Swahili, Hausa and Yorùbá (MasakhaNER 2, 150 sentences each)

All runs of a rate begin from one head, which stays as it is, and leave COUNT snapshots. A row is a rate, a seed and a target:
accuracy (span F1 of names) in [0, 1] of the last snapshot, of the one that is best on the target's development examples
("oracle": an upper line, which no zero-shot result may use), and of the mean of all. A row with seeds ("0-4") is the mean of the
means of up to GROUP runs. What is printed at the end are means over all rows of a target, their standard deviation, and the mean
over rates of that over seeds.
--rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import json
import shutil
import statistics
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.values import Checkpoint, Labelled, Texts
from calque.workspace import working_in

FAMILY = (
    "languages=2 tree=star scripts=Latn order=SVO morphology=isolating articles=no concepts=60 topics=3 "
    "cognates=0.2 overlap=0.2 sharpness=1"
)
SCRIPTS = {"eng": "Latn", "deu": "Latn", "swh": "Latn", "tur": "Latn"}
COUNT = GROUP = 5
SETTINGS = ("last", "oracle", "mean")


class Task(NamedTuple):
    """What is learned, and asked of whom: development and test examples by language."""

    body: Checkpoint
    train: Labelled
    dev: dict[str, Labelled]
    test: dict[str, Labelled]
    metric: str
    epochs: int
    rates: tuple[float, ...]


def some(examples: Labelled, count: int) -> Labelled:
    """A few examples, always the same."""
    rows = np.random.default_rng(0).permutation(len(examples))[:count]
    return examples.take([int(row) for row in rows])


@cache
def planted() -> Task:
    """A synthetic pair."""
    make = part("synthetic.labelled")
    texts = [
        line
        for code in ("qaa", "qab")
        for line in part("synthetic.texts")(family=FAMILY, language=code, n=600, seed=5)
    ]
    words = part("vocabulary.train")(Texts.of(texts), size=500)
    body = part("models.fresh")(words, width=32, layers=2, longest=64)
    drawn = [
        make(family=FAMILY, task="topic", language=code, n=n, seed=seed)
        for code, n, seed in (("qaa", 200, 1), ("qab", 100, 2), ("qab", 300, 3))
    ]
    return Task(
        body, drawn[0], {"qab": drawn[1]}, {"qab": drawn[2]}, "accuracy", 10, (2e-3, 3e-3, 5e-3)
    )


@cache
def topics() -> Task:
    """SIB-200."""

    def read(language: str, split: str) -> Labelled:
        path = data_folder() / "sib-200" / f"{language}_{SCRIPTS[language]}" / f"{split}.tsv"
        return part("data.labelled")(path, task="topic", language=language)

    targets = ("deu", "swh", "tur")
    dev, test = ({one: read(one, split) for one in targets} for split in ("dev", "test"))
    train = some(read("eng", "train"), 210)
    return Task(part("models.load")("minilm"), train, dev, test, "accuracy", 4, (2e-5, 5e-5, 1e-4))


@cache
def names() -> Task:
    """WikiGold and MasakhaNER 2, without types that either lacks."""
    data = data_folder()

    def read(path: Path, most: int, language: str) -> Labelled:
        examples = part("data.labelled")(path, task="ner", language=language)
        rows = [dict(row) for row in some(examples, most)]
        for row in rows:
            row["tags"] = [tag if tag[2:] in ("PER", "LOC", "ORG") else "O" for tag in row["tags"]]
        return Labelled.of(rows, "tags", language)

    targets = {"swh": "swa", "hau": "hau", "yor": "yor"}
    dev, test = (
        {
            one: read(data / "masakhaner2" / name / f"{split}.txt", most, one)
            for one, name in targets.items()
        }
        for split, most in (("dev", 75), ("test", 150))
    )
    train = read(data / "ner-english" / "wikigold" / "wikigold.conll.txt", 300, "eng")
    return Task(part("models.load")("minilm"), train, dev, test, "span_f1", 4, (2e-5, 5e-5, 1e-4))


WHAT: dict[str, Callable[[], Task]] = {"planted": planted, "topics": topics, "names": names}


def learned(task: Task, start: Checkpoint, rate: float, seed: int) -> tuple[Checkpoint, list[dict[str, Any]]]:  # fmt: skip
    """The mean of a run's snapshots, and how last, oracle and mean do in each target."""
    states = part("models.snapshots")(
        start, task.train, count=COUNT, epochs=task.epochs, learning_rate=rate, trains="^(?!classifier)", seed=seed
    )  # fmt: skip
    mean = part("adaptation.average")(states)
    rows = []
    for target, test in task.test.items():
        best = int(np.argmax([score(task, state, task.dev[target]) for state in states]))
        scores = [score(task, one, test) for one in (states[-1], states[best], mean)]
        rows.append({"target": target} | dict(zip(SETTINGS, scores, strict=True)))
    return mean, rows


def score(task: Task, checkpoint: Checkpoint, examples: Labelled) -> float:
    """The task's figure on some examples."""
    found = part("models.predict")(checkpoint, examples)
    return part(f"evaluation.{task.metric}")(found.labels, examples.gold, boot=1).value


def main() -> None:
    """Run what is asked for and not there yet, and sum up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--what", nargs="+", default=list(WHAT), choices=list(WHAT))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--rates", nargs="+", type=float)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "averaging.jsonl")  # fmt: skip
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for what in asked.what:
        with working_in(asked.out / "averaging" / what) as folder:
            for rate in asked.rates or WHAT[what]().rates:
                _rate(what, rate, asked, folder)
    if not asked.json:
        _sum_up(rows_of(asked.rows))


def _rate(what: str, rate: float, asked: Any, folder: Path) -> None:
    """All seeds at one rate, and the means of their means."""
    first = folder / f"head-{rate:g}"
    for start in range(0, len(asked.seeds), GROUP):
        seeds = asked.seeds[start : start + GROUP]
        done = {(row["what"], row["rate"], row["seed"]) for row in rows_of(asked.rows)}
        group = f"{seeds[0]}-{seeds[-1]}"
        if {(what, rate, seed) for seed in (*seeds, group)} <= done:
            continue
        task, means = WHAT[what](), []
        if not first.is_dir():  # trained once, and the same for all runs
            tuned = part("models.tune")(
                task.body, task.train, epochs=task.epochs, learning_rate=rate, seed=99
            )
            _put(part("models.graft")(task.body, tuned), first)
        for seed in seeds:
            place, told = folder / f"mean-{rate:g}-{seed}", (what, rate, seed)
            if told not in done or not place.is_dir():
                mean, rows = learned(task, Checkpoint(first), rate, seed)
                _put(mean, place)
                for row in rows if told not in done else ():
                    keep({"what": what, "rate": rate, "seed": seed} | row, asked.rows, asked.json)
            means.append(Checkpoint(place))
        whole = part("adaptation.average")(means)
        for target, test in task.test.items():
            row = {"what": what, "rate": rate, "seed": group, "target": target}
            keep(row | {"mean": score(task, whole, test)}, asked.rows, asked.json)


def _put(checkpoint: Checkpoint, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.move(checkpoint.folder, place)


def _sum_up(rows: list[dict[str, Any]]) -> None:
    for what, target in dict.fromkeys((row["what"], row["target"]) for row in rows):
        told: dict[str, Any] = {"what": what, "target": target}
        for name in (*SETTINGS, "runs"):
            by_rate: dict[float, list[float]] = {}
            for row in rows:
                if (row["what"], row["target"]) == (what, target) and isinstance(row["seed"], str) == (name == "runs"):  # fmt: skip
                    by_rate.setdefault(row["rate"], []).append(100 * row["mean" if name == "runs" else name])  # fmt: skip
            every = [value for values in by_rate.values() for value in values]
            if every:
                spread = statistics.mean(statistics.pstdev(values) for values in by_rate.values())
                told[name] = f"{statistics.mean(every):.1f} ± {statistics.pstdev(every):.1f}, over seeds {spread:.1f} ({len(every)})"  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
