"""What a tuned model loses when its difference from the base is packed, with and without texts to calibrate with.

    python -m benchmarks.packs --train 300 --epochs 2

minilm learns SIB-200's topics from English; rows say bytes of the pack, error of outputs over all matrices (mean), accuracy on
English and Swahili, and how often the packed model says what the whole one says.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from calque import part
from calque.workspace import working_in

BANDS = {
    "8, 4, 2 bits": [[20, 8], [100, 4], [264, 2]],
    "4, 2 bits": [[8, 4], [120, 2]],
    "2 bits": [[64, 2]],
}


def main() -> None:
    """Print a row for each pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=701)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--texts", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    data, start = data_folder() / "sib-200", part("models.load")("minilm")

    def read(language: str, split: str) -> Any:
        path = data / f"{language}_Latn" / f"{split}.tsv"
        return part("data.labelled")(path, task="topic", language=language)

    train = read("eng", "train").take(range(asked.train))
    tests = {language: read(language, "test") for language in ("eng", "swh")}
    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        tuned = part("models.tune")(start, train, epochs=asked.epochs, seed=asked.seed)
        whole = part("adaptation.difference")(start, tuned)
        texts = part("data.written")(train.take(range(asked.texts)))
        clock = time.process_time()
        reads = part("models.moments")(start, texts, whole)
        measured = time.process_time() - clock
        wanted = {n: part("models.predict")(start, own, whole) for n, own in tests.items()}
        print(json.dumps(_row("whole", whole, start, tests, wanted) | {"moments": round(measured, 1)}), flush=True)  # fmt: skip
        for name, bands in BANDS.items():
            for given in (None, reads):
                clock = time.process_time()
                pack = part("adaptation.skill_pack")(whole, given, bands={"": bands})
                took = time.process_time() - clock
                row = _row(name, pack, start, tests, wanted)
                facts = [entry.facts for entry in pack.entries if entry.kind == "packed"]
                kind = "error" if given is None else "output_error"
                row |= {"calibrated": given is not None, "seconds": round(took, 1)}
                row[kind] = round(float(np.mean([f[kind] for f in facts if kind in f])), 4)
                print(json.dumps(row), flush=True)


def _row(name: str, patch: Any, start: Any, tests: Any, wanted: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"pack": name, "bytes": patch.size}
    for language, own in tests.items():
        found = part("models.predict")(start, own, patch)
        score = part("evaluation.accuracy")(found, part("data.labels")(own))
        pairs = zip(found, wanted[language], strict=True)
        row[language] = f"{100 * score.value:.1f} ({100 * score.low:.1f}-{100 * score.high:.1f})"
        row[f"{language} same"] = round(float(np.mean([a == b for a, b in pairs])), 3)
    return row


if __name__ == "__main__":
    main()
