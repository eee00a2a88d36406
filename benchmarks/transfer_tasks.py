"""Dependency trees of UD from English into PUD's languages, and answers of XQuAD; NTREX-128 as the only parallel text.

python -m benchmarks.transfer_tasks parse [--languages deu tur] [--train 600] [--json]
python -m benchmarks.transfer_tasks answer [--languages spa deu] [--train 300] [--json]

Trees are learned from UD_English-EWT, sentences of 4 to 30 words taken evenly over it, and measured on every
fifth sentence of PUD. XQuAD has no training part: two thirds of its articles, in English, serve for it; of those an
eighth chooses the epoch, and the target's questions about the others are the test.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, adaptation, data_folder, parallel, tell
from calque.data.conllu import conllu, write_conllu
from calque.data.squad import squad, write_squad
from calque.transfer import transfer
from calque.values import Labelled

PUD = {"deu": "German", "tur": "Turkish", "hin": "Hindi", "arb": "Arabic"}
XQUAD = {"spa": "es", "deu": "de", "tur": "tr", "vie": "vi", "rus": "ru", "arb": "ar", "hin": "hi"}
_PER_ARTICLE = 5  # paragraphs


def main() -> None:
    """Run every language and print what came out."""
    asked = _arguments()
    data, rows, facts = data_folder(), [], []
    for language in (
        asked.languages or {"parse": ["deu", "tur"], "answer": ["spa", "deu"]}[asked.task]
    ):
        if asked.task == "parse":
            sets, write, ending = trees(data, language, asked.train), write_conllu, "conllu"
        else:
            sets, write, ending = answers(data, language, asked.train), write_squad, "json"
        files: dict[str, Any] = written(sets, write, asked.out / f"{asked.task}-{language}", ending)
        for seed in asked.seeds:
            out = asked.out / f"{asked.task}-{language}-{seed}"
            found = transfer(
                task=asked.task,
                source="eng",
                target=language,
                parallel=parallel(data, language, asked.out / "parallel"),
                model=asked.model,
                strategies=asked.strategy or ["zero-shot", "vocabulary"],
                out=out,
                seed=seed,
                **files,
            )
            for row in found.table:
                rows.append(row | {"adaptation": adaptation(out, row["method"])})
            facts.append(found.facts)
    tell(rows, facts, asked.json)


def trees(data: Path, language: str, count: int) -> dict[str, Labelled]:
    """So many English sentences, and PUD's in the language."""
    english = data / "ud" / "UD_English-EWT"
    (test,) = (data / "ud" / f"UD_{PUD[language]}-PUD").glob("*test.conllu")
    return {
        "train": _evenly(conllu(english / "en_ewt-ud-train.conllu"), count, 4, 30),
        "dev": _evenly(conllu(english / "en_ewt-ud-dev.conllu"), 100, 1, 40),
        "test": conllu(test).take(range(0, 1000, 5)),
    }


def _evenly(examples: Labelled, count: int, least: int, most: int) -> Labelled:
    """So many sentences of between so many words, at equal distances."""
    sizes = [len(row["words"]) for row in examples]
    rows = [row for row, size in enumerate(sizes) if least <= size <= most]
    return examples.take(rows[:: max(1, len(rows) // count)][:count])


def answers(data: Path, language: str, count: int) -> dict[str, Labelled]:
    """So many English questions, and those of other articles in the language."""
    english, target = (
        squad(data / "xquad" / f"xquad.{code}.json", language=name)
        for code, name in (("en", "eng"), (XQUAD[language], language))
    )
    contexts = english.table["context"].to_pylist()
    paragraph = {context: place for place, context in enumerate(dict.fromkeys(contexts))}
    article = np.array([paragraph[context] // _PER_ARTICLE for context in contexts])
    train = np.flatnonzero((article % 3 != 0) & (article % 8 != 1))
    return {
        "train": english.take(train[:: max(1, len(train) // count)][:count]),
        "dev": english.take(np.flatnonzero((article % 3 != 0) & (article % 8 == 1))),
        "test": target.take(np.flatnonzero(article % 3 == 0)),
    }


def written(
    sets: dict[str, Labelled], write: Callable[[Any, Path], None], folder: Path, ending: str
) -> dict[str, Path]:
    """A file for each set, as `transfer` takes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, examples in sets.items():
        write(examples, folder / f"{name}.{ending}")
    return {name: folder / f"{name}.{ending}" for name in sets}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=["parse", "answer"])
    parser.add_argument("--languages", nargs="+")
    parser.add_argument("--train", type=int, default=600, help="examples in English to learn from")
    parser.add_argument("--strategy", action="append", help="repeatable; zero-shot and vocabulary")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
