"""Layers that stay as they are while a task is learned; what the regimes' rows have in common."""

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import calque
from benchmarks import averaging
from benchmarks.common import data_folder, parallel
from benchmarks.transfer_sib200 import LANGUAGES, OTHERS
from calque.data.conll import write_conll
from calque.data.tsv import write_tsv
from calque.values import Labelled

SCRIPTS = {"eng": "Latn"} | LANGUAGES | OTHERS
TREEBANKS = {
    "arb": "UD_Arabic-PUD/ar_pud-ud-test.conllu",
    "deu": "UD_German-PUD/de_pud-ud-test.conllu",
    "eus": "UD_Basque-BDT/eu_bdt-ud-test.conllu",
    "hin": "UD_Hindi-PUD/hi_pud-ud-test.conllu",
    "mlt": "UD_Maltese-MUDT/mt_mudt-ud-test.conllu",
    "tur": "UD_Turkish-PUD/tr_pud-ud-test.conllu",
    "wol": "UD_Wolof-WTB/wo_wtb-ud-test.conllu",
    "zho": "UD_Chinese-PUD/zh_pud-ud-test.conllu",
}
ASKED = ("deu", "fra", "spa", "tur", "fin", "ind", "swh", "vie", "eus", "isl")


def topics(language: str, split: str) -> Path:
    """A file of SIB-200."""
    return data_folder() / "sib-200" / f"{language}_{SCRIPTS[language]}" / f"{split}.tsv"


def run(name: str, inputs: dict[str, Any], folder: Path, seed: int) -> Any:
    """A recipe of adaptation, its steps kept."""
    given = {key: str(value) if isinstance(value, Path) else value for key, value in inputs.items()}
    return calque.run(f"adaptation/{name}", given | {"seed": seed}, out=folder / name)


def frozen(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Topics learned with 0 to 6 of six layers frozen."""
    tests = {language: topics(language, "test") for language in ASKED}
    inputs = {"train": topics("eng", "train"), "task": "topic", "learning_rate": 1e-4}
    yield from _frozen(inputs, tests, (-1, 0, 2, 4, 6), folder, seed)


def frozen_words(folder: Path, seed: int, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The same of parts of speech and of entities, 300 English sentences to learn from and 150 of each language to ask."""
    ud = data_folder() / "ud"
    read = partial(calque.part("data.conllu"), task="tags")
    speech = {language: read(ud / file) for language, file in TREEBANKS.items()}
    entities = averaging.names()
    for task, train, asked_of in (
        ("pos", read(ud / "UD_English-EWT/en_ewt-ud-train.conllu"), speech),
        ("ner", entities.train, entities.test),
    ):
        files = {}
        for language, examples in {"eng": train, **asked_of}.items():
            rows = [{"words": row["words"], "tags": row["tags"]} for row in examples]
            some = averaging.some(Labelled.of(rows, "tags", language), 300 if language == "eng" else 150)  # fmt: skip
            files[language] = folder / f"{task}.{language}.conll"
            write_conll(some, files[language])
        inputs = {"train": files.pop("eng"), "task": task, "learning_rate": {"classifier": 1e-3, "": 1e-4}}  # fmt: skip
        for row in _frozen(inputs, files, (-1, 2, 4, 6), folder, seed):
            yield {"task": task} | row


def _frozen(
    inputs: dict[str, Any], tests: dict[str, Path], counts: Sequence[int], folder: Path, seed: int
) -> Iterator[dict[str, Any]]:
    """Scores of each language, and how they go along with shared pieces; entities by their spans."""
    texts = []
    for language in tests:
        texts.append(str(folder / f"{language}.txt"))
        pairs = calque.part("data.bitext")(
            parallel(data_folder(), language, folder), source="eng", target=language
        )
        write_tsv(pairs.targets.take(range(300)), Path(texts[-1]))
    for count in counts:
        given = {
            "tests": [str(path) for path in tests.values()], "texts": texts, "languages": list(tests),
            "known": [0.0] * len(tests), "encoder": "minilm", "frozen": count, "epochs": 4,
        }  # fmt: skip
        made = run("beto-bentz-becas", inputs | given, folder, seed)
        scores = list(made["right"])
        if inputs["task"] == "ner":
            both = zip(made["predicted"], made["gold"], strict=True)
            scores = [calque.part("evaluation.span_f1")(one, gold) for one, gold in both]
        right = {language: score.value for language, score in zip(tests, scores, strict=True)}
        shared = calque.part("evaluation.related")(scores, {"shared pieces": made["shared"]}).rows[0]  # fmt: skip
        told = {f"told_{row['layer']}": row["value"] for row in made["told_after"]}
        mean = float(np.mean([*right.values()]))
        yield {"frozen": count, "mean": mean, "pearson": shared["pearson"]} | right | told
