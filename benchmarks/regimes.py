"""Regimes of transfer, each by its recipe: relatives, frozen layers, few examples of a black box, translations beside texts.

git clone https://github.com/dadelani/sib-200; git clone https://github.com/masakhane-io/masakhane-news
python -m benchmarks.regimes [--what relatives frozen frozen-words few beside] [--seeds 0 1 2] [--rows FILE] [--json]
python -m benchmarks.regimes --what kirundi --sib sib-200/data/annotated --news masakhane-news/data

relatives: recurrent, convolutional and pretrained readers learn SIB-200 topics of Spanish (Russian), are asked in Portuguese
           (Ukrainian), learn that, and are asked in both (adaptation/kinyarwanda-kirundi)
kirundi:   the same of topics from Kinyarwanda to Kirundi, and of headlines from Luganda to Kirundi
           (MasakhaNEWS has no Kinyarwanda; topics that Luganda lacks are left out)
frozen:    minilm learns English topics with its lowest layers frozen, is asked in ten languages (adaptation/beto-bentz-becas);
           frozen-words: the same of parts of speech in eight languages and of entities in three
few:       eight examples a topic teach attention to the words of frozen minilm; eight made ones, a quarter of them
           of another topic than they were asked for, come with or without the switch; beside a head on
           minilm tuned on the eight and a linear probe of its states (adaptation/crosstune)
beside:    topics and names of a synthetic pair, texts beside their gold translations in a body that guessed hidden pieces
           of both (adaptation/filter)

A row is a run: what, seed, its figures in [0, 1], `ours` seconds of processor time (of readers learned in one run the first
has those of all). --rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import calque
from benchmarks.common import ROOT, data_folder, parallel
from benchmarks.common_alignment import keep, rows_of
from benchmarks.regimes_frozen import frozen, frozen_words, run, topics
from calque.data.conll import write_conll
from calque.data.tsv import write_tsv
from calque.values import Labelled, Texts

RELATIVES = (("spa", "por"), ("rus", "ukr"))
DESCRIBED = {
    "science/technology": "science, technology, research, computers and inventions",
    "travel": "travel, tourists, hotels, flights and places to visit",
    "politics": "politics, governments, elections, parties and laws",
    "sports": "sports, teams, players, matches and medals",
    "health": "health, doctors, illness, medicine and hospitals",
    "entertainment": "entertainment, films, music, celebrities and shows",
    "geography": "geography, countries, rivers, mountains and islands",
}
FAMILY = "languages=2 tree=star scripts=Latn order=SVO,SOV morphology=isolating articles=no concepts=60 topics=3 cognates=0.3 overlap=0.3 sharpness=1"


def relatives(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Readers that go on from one language to its relative."""
    for source, target in RELATIVES:
        text = folder / f"{target}.txt"
        pairs = calque.part("data.bitext")(
            parallel(data_folder(), target, folder), source="eng", target=target
        )
        write_tsv(pairs.targets, text)
        inputs = {
            "train": topics(source, "train"), "test": topics(source, "test"), "few": topics(target, "train"),
            "target_test": topics(target, "test"), "text": text, "source": source, "target": target,
        }  # fmt: skip
        yield from _related(inputs, folder, seed)


def kirundi(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The same with Kirundi as the relative; of it, the words of the lines to go on with are counted, too."""
    if asked.sib is None or asked.news is None:
        sys.exit("--what kirundi needs --sib and --news")
    news: dict[str, Any] = {"columns": {"text": "headline", "label": "category"}}
    for task, source, columns in (("topics", "kin", {}), ("news", "lug", news)):
        inputs: dict[str, Any] = {"source": source, "target": "run", "text": folder / "run.txt"}
        known: set[str] = set()
        for language, split, name in (
            (source, "train", "train"),
            (source, "test", "test"),
            ("run", "train", "few"),
            ("run", "test", "target_test"),
        ):
            home = asked.news / language if columns else asked.sib / f"{language}_Latn"
            every = calque.part("data.labelled")(
                home / f"{split}.tsv", task="topic", language=language, **columns
            )
            known = known or set(every.gold)
            some = every.take([k for k, label in enumerate(every.gold) if label in known])
            inputs[name] = folder / f"{task}.{language}.{split}.tsv"
            write_tsv(some, inputs[name])
            if name == "few":
                write_tsv(calque.part("data.written")(some), inputs["text"])
        for row in _related(inputs, folder, seed):
            yield {"task": task} | row


def _related(inputs: dict[str, Any], folder: Path, seed: int) -> Iterator[dict[str, Any]]:
    fixed = {"encoder": "minilm", "width": 128, "epochs": 6, "light": 20}
    made = run("kinyarwanda-kirundi", inputs | fixed, folder, seed)
    for row in made["result"]:
        yield {"pair": f"{inputs['source']}-{inputs['target']}"} | row


def few(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Eight examples a topic, and as many made ones of which a quarter is of another topic than asked for."""
    described = [{"text": text, "label": label} for label, text in DESCRIBED.items()]
    write_tsv(Labelled.of(described, "class", "eng"), folder / "descriptions.tsv")
    for language in ("eng", "swh"):
        every = calque.part("data.labelled")(
            topics(language, "train"), task="topic", language=language
        )
        generator = np.random.default_rng(seed)
        rows: dict[str, list[int]] = {}
        for row in generator.permutation(len(every)):
            rows.setdefault(every.gold[row], []).append(int(row))
        own = every.take([row for found in rows.values() for row in found[:8]])
        others = {label: iter(found[14:]) for label, found in rows.items()}
        names, texts = list(DESCRIBED), every.table["text"].to_pylist()
        lines = []
        for number, label in enumerate(names):
            for count, row in enumerate(rows[label][8:14]):
                lines.append(texts[row])
                if count % 3 == 2:  # what a generator got wrong
                    wrong = names[(number + 1 + count // 3 % (len(names) - 1)) % len(names)]
                    lines.append(texts[next(others[wrong])])
        write_tsv(own, folder / f"few.{language}.tsv")
        wrote = folder / f"wrote.{language}.txt"
        wrote.write_text("\n".join(lines) + "\n", encoding="utf-8")
        truth = dict(zip(texts, every.gold, strict=True))
        inputs = {
            "few": folder / f"few.{language}.tsv", "wrote": wrote, "descriptions": folder / "descriptions.tsv",
            "test": topics(language, "test"), "language": language, "target": language, "encoder": "minilm",
            "times": 8, "width": 128, "epochs": 40, "judge_epochs": 40, "judge_rate": 1e-3, "judge_trains": "classifier|pooler",
        }  # fmt: skip
        for least in (0.0, 0.5):
            made = run("crosstune", inputs | {"least": least}, folder, seed)
            kept = [truth[row["text"]] == row["label"] for row in made["let_through"]]
            row = {"language": language, "least": least}
            row |= {"kept": len(kept), "kept_right": float(np.mean(kept))}
            row |= {name: made[f"{name}_right"].value for name in ("few", "both", "judge")}
            for name, states, some in (
                ("probe", "states", "examples"),
                ("probe_both", "both_states", "both"),
            ):
                row[name] = _probed(made[states], made[some], made["test_states"], made["tests"])
            yield row


def _probed(states: Any, examples: Labelled, test_states: Any, tests: Labelled) -> float:
    """Accuracy of a logistic regression on the mean of each text's states."""
    from sklearn.linear_model import LogisticRegression

    known, asked = (
        np.stack([each.mean(axis=0) for each in some]) for some in (states, test_states)
    )
    probe = LogisticRegression(C=10.0, max_iter=1000).fit(known, list(examples.gold))
    return float(np.mean(probe.predict(asked) == np.array(tests.gold)))


def beside(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Topics and names of a synthetic pair with gold translations."""
    make = partial(calque.part("synthetic.labelled"), family=FAMILY)
    texts = [
        calque.part("synthetic.texts")(family=FAMILY, language=code, n=1500, seed=5)
        for code in ("qaa", "qab")
    ]
    all_texts = Texts.of([line for some in texts for line in some])
    words = calque.part("vocabulary.train")(all_texts, size=700)
    body = calque.part("models.masked")(
        calque.part("models.fresh")(words, width=64, layers=4, longest=64, seed=seed),
        all_texts, masker=calque.part("objectives.random_mask"), epochs=6, learning_rate=2e-3, seed=seed,
    )  # fmt: skip
    for task in ("topic", "ner"):
        files = {}
        for split, n, number in (("train", 200, 1), ("test", 200, 2)):
            for code in ("qaa", "qab"):
                examples = make(task=task, language=code, n=n, seed=number)
                suffix, write = ("conll", write_conll) if task == "ner" else ("tsv", write_tsv)
                files[split, code] = folder / f"{task}.{split}.{code}.{suffix}"
                write(examples, files[split, code])
        inputs = {
            "train": files["train", "qaa"], "translations": files["train", "qab"], "test": files["test", "qab"],
            "test_translations": files["test", "qaa"], "task": task, "encoder": str(body.folder), "epochs": 8,
            "learning_rate": 5e-4,
        }  # fmt: skip
        for layers in ([4, 0], [1, 2], [0, 4]):
            made = run("filter", inputs | {"layers": layers}, folder, seed)
            scores = {
                name: made[name].value
                for name in ("zero_shot", "translate_train", "fused", "self_taught")
            }
            yield {"task": task, "layers": layers} | scores


WHAT: dict[str, Callable[[Path, int, argparse.Namespace], Iterator[dict[str, Any]]]] = {
    "relatives": relatives,
    "kirundi": kirundi,
    "frozen": frozen,
    "frozen-words": frozen_words,
    "few": few,
    "beside": beside,
}
ROWS = {"relatives": 8, "kirundi": 8, "frozen": 5, "frozen-words": 8, "few": 4, "beside": 6}


def main() -> None:
    """Run what is asked for and not there yet; rows as they come."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    without = [what for what in WHAT if what != "kirundi"]
    parser.add_argument("--what", nargs="+", default=without, choices=list(WHAT))
    parser.add_argument("--sib", type=Path, help="data/annotated of SIB-200")
    parser.add_argument("--news", type=Path, help="data of MasakhaNEWS")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "regimes.jsonl")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    done = rows_of(asked.rows)
    for what in asked.what:
        for seed in asked.seeds:
            told = {"what": what, "seed": seed}
            there = sum(told.items() <= row.items() for row in done)
            if there == ROWS[what]:
                continue
            folder = asked.out / "regimes" / f"{what}-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            clock = time.process_time()
            for number, row in enumerate(WHAT[what](folder, seed, asked)):
                row = told | row | {"ours": round(time.process_time() - clock, 1)}
                clock = time.process_time()
                if number < there:  # of a run that was stopped; its steps are kept
                    continue
                keep(row, asked.rows, asked.json)
                if not asked.json:
                    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
