"""Deep prompts beside full tuning of minilm: parts of speech from English into other languages of UD.

python -m benchmarks.prompts [--languages deu tur] [--seeds 0 1] [--sentences 500] [--tested 150] [--rows FILE] [--json]

A row is a language of a seed: `prompts` and `tuned`, accuracies in [0, 1] of both (adaptation/prompt-tuning-tags); what
`adaptation.borders` says of both in the language; `share` of the model's numbers that the prompts are, head apart; `ours`
seconds of processor time of the whole seed. --rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import calque
from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from benchmarks.transfer_tags import SPEECH
from calque.data.conll import write_conll
from calque.data.conllu import conllu
from calque.values import Labelled

ENGLISH = "UD_English-EWT/en_ewt-ud-{split}.conllu"


def sentences(file: str, most: int, path: Path) -> Path:
    """The first sentences of a treebank with their parts of speech, as one file."""
    rows = list(conllu(data_folder() / "ud" / file, task="tags"))
    some = [{"words": row["words"], "tags": row["tags"]} for row in rows if row["words"]][:most]
    write_conll(Labelled.of(some, "tags"), path)
    return path


def measured(asked: argparse.Namespace, seed: int) -> list[dict[str, Any]]:
    """A row for each language."""
    folder = asked.out / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    clock = time.process_time()
    languages = ["eng", *asked.languages]
    files = [ENGLISH.format(split="test"), *(SPEECH[language] for language in asked.languages)]
    tests = [
        str(sentences(file, asked.tested, folder / f"{language}.{asked.tested}.conll"))
        for language, file in zip(languages, files, strict=True)
    ]
    train = folder / f"train.{asked.sentences}.conll"
    inputs = {
        "train": str(sentences(ENGLISH.format(split="train"), asked.sentences, train)), "tests": tests,
        "languages": languages, "source": "eng", "base": "minilm", "count": 16, "epochs": asked.epochs,
        "rate": 1e-2, "tuned_rate": 1e-4, "seed": seed,
    }  # fmt: skip
    made: Any = calque.run("adaptation/prompt-tuning-tags", inputs, out=folder / f"run-{seed}")
    spent = round(time.process_time() - clock, 1)
    share = next(row["share"] for row in made["share"] if row["what"] == "patch")
    rows = []
    for place, language in enumerate(languages):
        row = {"seed": seed, "language": language, "share": share, "ours": spent}
        for name in ("prompts", "tuned"):
            row[name] = made[f"right_{name}"][place].value
        for name in ("prompted", "tuned"):
            found = list(made[f"{name}_borders"])[place]
            row |= {f"{name}_{key}": found[key] for key in ("own", "source", "agree", "cosine", "apart")}  # fmt: skip
        rows.append(row)
    return rows


def main() -> None:
    """Run the seeds that are not there yet; rows as they come."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=list(SPEECH), choices=list(SPEECH))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--tested", type=int, default=150)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "prompts.jsonl")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    done = rows_of(asked.rows)
    for seed in asked.seeds:
        if any(row["seed"] == seed for row in done):
            continue
        for row in measured(asked, seed):
            keep(row, asked.rows, asked.json)
            if not asked.json:
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
