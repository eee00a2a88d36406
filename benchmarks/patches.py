"""Topics of SIB-200 learned by few of minilm's numbers: accuracy in English and, unseen, in other languages.

python -m benchmarks.patches [--kinds lora bottleneck prefix prompt packs] [--languages deu swh] [--seed 0] [--json]

A row is a patcher, or of `packs` a way to make the difference of whole tuning small (`adaptation.compress` by rank,
`adaptation.skill_pack` by bands of [rank, bits], rounded with and without knowing what matrices read): `accuracy` on the 204 English test sentences with its interval, one column for each other
language, `bytes` of the patch, head included, `seconds` of processor time, training and prediction.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.regimes_frozen import topics
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
        choices=[*RATES, "packs"],
    )
    parser.add_argument("--languages", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    start = part("models.load")("minilm")

    def read(language: str, split: str) -> Any:
        return part("data.labelled")(topics(language, split), task="topic", language=language)

    train, dev = read("eng", "train"), read("eng", "dev")
    tests = {language: read(language, "test") for language in ("eng", *asked.languages)}
    for kind in asked.kinds:
        clock = time.process_time()
        with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
            if kind == "packs":
                made = _packs(start, train, dev, asked.seed)
            else:
                patchers, rate = [part(f"adaptation.{kind}")], RATES[kind]
                made = iter([(kind, part("models.tune_patch")(
                    start, train, dev, patchers=patchers, epochs=EPOCHS, learning_rate=rate, seed=asked.seed
                ))])  # fmt: skip
            for name, patch in made:
                row: dict[str, Any] = {"kind": name, "seed": asked.seed, "bytes": patch.size}
                for language, examples in tests.items():
                    found = part("models.predict")(start, examples, patch)
                    score = part("evaluation.accuracy")(found, part("data.labels")(examples))
                    row[language] = score.value
                    if language == "eng":
                        row |= {"low": score.low, "high": score.high}
                row["seconds"] = round(time.process_time() - clock, 1)
                print(json.dumps(row) if asked.json else "\t".join(map(str, row.values())), flush=True)  # fmt: skip


def _packs(start: Any, train: Any, dev: Any, seed: int) -> Iterator[tuple[str, Any]]:
    """The difference that whole tuning made, and smaller ones of it."""
    tuned = part("models.tune")(start, train, dev, epochs=EPOCHS, learning_rate={"classifier": 1e-3, "": 1e-4}, seed=seed)  # fmt: skip
    whole = part("adaptation.difference")(start, tuned)
    yield "whole", whole
    for rank in (32, 4):
        yield f"rank {rank}", part("adaptation.compress")(whole, rank=rank)
    reads = part("models.moments")(start, part("data.written")(train), whole)
    for keep, bands in ((0.1, [[8, 8], [64, 4], [256, 2]]), (0.01, [[8, 8], [64, 4]]), (0.01, [[4, 8], [28, 2]])):  # fmt: skip
        for known, moments in (("", reads), (", nearest", None)):
            name = f"{bands}, {keep} of the tables{known}"
            yield name, part("adaptation.skill_pack")(whole, moments, bands={"": bands}, keep=keep)


if __name__ == "__main__":
    main()
