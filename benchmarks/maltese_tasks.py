"""Tasks in Maltese, on the text that each pipeline makes of it, by an encoder of Arabic and English.

git clone --branch 2024.eacl https://github.com/MLRS/malti
git clone https://github.com/jerbarnes/typology_of_crosslingual
python -m benchmarks.maltese_tasks --malti malti [--sentiment typology_of_crosslingual/data/sentiment/mt]
    [--tasks pos …] [--pipelines raw Xara Xara/Teng …] [--seeds 0 1] [--model minilm] [--json]

Pipelines and their names are those of `benchmarks.maltese`. The paper tunes mBERT and encoders of Arabic, which are not here: one
that reads both scripts is made on the spot, of Unigram pieces, and masked pieces of Arabic and English (NTREX-128,
SIB-200, UD). Of the paper's tasks, parts of speech, parsing, entities and sentiment, entities (MAPA) are not here.

unseen:    parts of speech of UD_Maltese-MUDT, learned in Arabic and English alone (PUD, EWT)
pos:       the same, learned on sentences of its training set
parsing:   its trees, likewise; share of words with the right head and relation
sentiment: of comments on a budget, where --sentiment is given
topics:    of SIB-200

No development labels are used, settings were not searched. Rows with their predictions are kept below --out: what is
there is not made again. Intervals and differences are those of the first seed, values the mean of all.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from benchmarks.maltese import PIPELINES, pipelines
from calque import part
from calque.values import Checkpoint, Labelled, Texts
from calque.workspace import working_in

TASKS = ("unseen", "pos", "parsing", "sentiment", "topics")
SHORT = ("raw", "Xara", "Tara", "Teng", "Xara/Tara", "Xara/Teng")
RATES = {"classifier": 2e-3, "": 5e-4}
PARENTS = {"arb": "UD_Arabic-PUD/ar_pud-ud-test", "eng": "UD_English-EWT/en_ewt-ud-train"}


def main() -> None:
    """Score what is not there yet, and print the rows."""
    asked = _arguments()
    tasks = [task for task in asked.tasks if task != "sentiment" or asked.sentiment]
    sets = {task: _sets(asked, task) for task in tasks}
    tagged = [test for _, test in sets.values() if test.task in ("tags", "parse")]
    ways = pipelines(asked.malti, tagged)
    for seed in asked.seeds:
        for task, (train, test) in sets.items():
            for name in asked.pipelines:
                told = {"task": task, "pipeline": name, "seed": seed, "model": asked.model}
                if (task == "unseen" and seed != asked.seeds[0]) or any(
                    told.items() <= row.items() for row in rows_of(asked.rows)
                ):
                    continue
                clock = time.process_time()
                way = ways[name]
                write = partial(part("projection.reword"), rewriter=way) if way else _as_it_is
                model = _known(asked) if task == "unseen" else _read(asked)
                with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
                    if task != "unseen":
                        model = _tuned(model, write(train), asked.epochs, seed)
                    found = list(part("models.predict")(model, write(test)))
                spent = {"seconds": round(time.process_time() - clock)}
                keep(told | spent | {"found": found}, asked.rows, False)
    for row in _table(asked, {task: test.gold for task, (_, test) in sets.items()}):
        print(json.dumps(row) if asked.json else " | ".join(f"{k} {v}" for k, v in row.items()))


def _as_it_is(examples: Labelled) -> Labelled:
    return examples


def _table(asked: argparse.Namespace, golds: dict[str, list]) -> list[dict[str, Any]]:
    """A row for each task and pipeline, with differences to raw text and to what it refines."""
    made: dict[tuple[str, str], list[list]] = {}
    for row in rows_of(asked.rows):
        if row["model"] == asked.model and row["seed"] in asked.seeds and row["task"] in golds:
            made.setdefault((row["task"], row["pipeline"]), []).append(row["found"])
    rows = []
    for (task, name), found in made.items():
        scores = [part("evaluation.accuracy")(one, golds[task]) for one in found]
        mean = float(np.mean([score.value for score in scores]))
        first = {"low": scores[0].low, "high": scores[0].high}
        row = {"task": task, "pipeline": name, "seeds": len(found), "value": mean, **first}
        halves = name.split("/") if "/" in name else []
        for other in ("raw", *halves):
            if other != name and (task, other) in made:
                gap = part("evaluation.paired")(found[0], made[task, other][0], golds[task])
                row[f"over {other}"] = [gap.value, gap.low, gap.high]
        rows.append(row)
    return rows


# --- models


def _once(asked: argparse.Namespace, name: str, make: Callable[[], Checkpoint]) -> Checkpoint:
    """A model, made once and kept."""
    done = asked.out / name / "done"
    if not done.is_file():
        done.parent.mkdir(parents=True, exist_ok=True)
        with working_in(done.parent):
            made = make()
        done.write_text(str(made.folder), encoding="utf-8")
    return Checkpoint(Path(done.read_text(encoding="utf-8")))


def _read(asked: argparse.Namespace) -> Checkpoint:
    """The encoder that is asked for, or what has read Arabic and English."""
    if asked.model != "made":
        return part("models.load")(asked.model)
    return _once(asked, "read", partial(_made, asked))


def _made(asked: argparse.Namespace) -> Checkpoint:
    data, read = data_folder(), part("data.texts")
    ntrex = [data / "ntrex-128" / f"newstest2019-{one}.txt" for one in ("ref.arb", "src.eng")]
    texts = [read(path) for path in ntrex]
    for name in ("arb_Arab", "eng_Latn"):
        path = data / "sib-200" / name / "train.tsv"
        texts.append(read(path, columns={"text": "text"}))
    for path in PARENTS.values():
        rows = part("data.conllu")(data / "ud" / f"{path}.conllu", task="tags").take(range(1000))
        texts.append(Texts.of([" ".join(row["words"]) for row in rows]))
    everything = part("data.pooled")(texts)
    words = part("vocabulary.unigram")(everything, size=asked.pieces)
    start = part("models.fresh")(words, width=128, layers=3, longest=256)
    masker = part("objectives.random_mask")
    return part("models.masked")(start, everything, masker=masker, learning_rate=1e-3, tokens=1024)


def _known(asked: argparse.Namespace) -> Checkpoint:
    """What has learned parts of speech in Arabic and English too."""

    def make() -> Checkpoint:
        read = partial(part("data.conllu"), task="tags")
        folder = data_folder() / "ud"
        sets = [read(folder / f"{path}.conllu").take(range(1000)) for path in PARENTS.values()]
        return _tuned(_read(asked), part("data.together")(sets), 2, 0)

    return _once(asked, f"known-{asked.model.replace('/', '-')}", make)


def _tuned(model: Checkpoint, train: Labelled, epochs: int, seed: int) -> Checkpoint:
    return part("models.tune")(model, train, epochs=epochs, learning_rate=RATES, seed=seed)


# --- tasks


def _sets(asked: argparse.Namespace, task: str) -> tuple[Labelled, Labelled]:
    """Some examples to learn from and some to test on, drawn once for all pipelines and seeds."""
    data = data_folder()
    if task in ("unseen", "pos", "parsing"):
        folder = data / "ud" / "UD_Maltese-MUDT"
        kind = "parse" if task == "parsing" else "tags"
        read = partial(part("data.conllu"), task=kind, language="mlt")
        found = [read(folder / f"mt_mudt-ud-{split}.conllu") for split in ("train", "test")]
    else:
        read = partial(part("data.labelled"), language="mlt")
        folder, ending = data / "sib-200" / "mlt_Latn", "tsv"
        if task == "sentiment":
            columns = {"label": 1, "text": 2}
            read = partial(read, task="sentiment", columns=columns, header=False, quoted=True)
            folder, ending = asked.sentiment, "csv"
        found = [read(folder / f"{split}.{ending}") for split in ("train", "test")]
    train, test = (
        one.take(np.sort(np.random.default_rng(0).permutation(len(one))[:most]))
        for one, most in zip(found, (asked.train, asked.test), strict=True)
    )
    return train, test


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--malti", type=Path, required=True, help="checkout, 2024.eacl")
    parser.add_argument("--sentiment", type=Path, help="folder of its train.csv and test.csv")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=TASKS)
    parser.add_argument("--pipelines", nargs="+", default=list(SHORT), choices=PIPELINES)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--model", default="made", help="another encoder: minilm, or a folder")
    parser.add_argument("--pieces", type=int, default=2000)
    parser.add_argument("--train", type=int, default=200, help="examples to learn from")
    parser.add_argument("--test", type=int, default=300, help="examples to test on")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "maltese")
    parser.add_argument("--rows", type=Path, help="rows made so far; rows.jsonl in --out")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    asked.rows = asked.rows or asked.out / "rows.jsonl"
    return asked


if __name__ == "__main__":
    main()
