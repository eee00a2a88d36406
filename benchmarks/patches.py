"""Topics of SIB-200 learned by few of minilm's numbers: accuracy in English and, unseen, in other languages.

python -m benchmarks.patches [--kinds lora bottleneck prefix prompt] [--languages deu swh] [--seed 0] [--json]

A row is a patcher: `accuracy` on the 204 English test sentences with its interval, one column for each other
language, `bytes` of the patch, head included, `seconds` of processor time, training and prediction.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.common import data_folder
from benchmarks.transfer_sib200 import LANGUAGES, OTHERS
from calque import part
from calque.workspace import working_in

RATES = {
    "lora": 1e-3, "bottleneck": 1e-3, "bitfit": 1e-3, "norms": 1e-3, "ia3": 1e-2, "prefix": 1e-2,
    "prompt": 1e-2,
}  # fmt: skip
EPOCHS = 3


def main() -> None:
    """Train each and print its row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--kinds",
        nargs="+",
        default=["lora", "bottleneck", "prefix", "prompt"],
        choices=list(RATES),
    )
    parser.add_argument("--languages", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    scripts = {"eng": "Latn"} | LANGUAGES | OTHERS
    data, start = data_folder() / "sib-200", part("models.load")("minilm")

    def read(language: str, split: str) -> Any:
        path = data / f"{language}_{scripts[language]}" / f"{split}.tsv"
        return part("data.labelled")(path, task="topic", language=language)

    train, dev = read("eng", "train"), read("eng", "dev")
    for kind in asked.kinds:
        clock = time.process_time()
        with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
            patch = part("models.tune_patch")(
                start,
                train,
                dev,
                patchers=[part(f"adaptation.{kind}")],
                epochs=EPOCHS,
                learning_rate=RATES[kind],
                seed=asked.seed,
            )
            row: dict[str, Any] = {"kind": kind, "seed": asked.seed, "bytes": patch.size}
            for language in ("eng", *asked.languages):
                tests = read(language, "test")
                found = part("models.predict")(start, tests, patch)
                score = part("evaluation.accuracy")(found, part("data.labels")(tests))
                row[language] = score.value
                if language == "eng":
                    row |= {"low": score.low, "high": score.high}
        row["seconds"] = round(time.process_time() - clock, 1)
        print(json.dumps(row) if asked.json else "\t".join(map(str, row.values())), flush=True)


if __name__ == "__main__":
    main()
