"""Models of bytes: Byte2Word under typing errors, and MonoByte's controls.

    python -m benchmarks.bytes [--what byte2word monobyte] [--seeds 0 1 2] [--epochs 10] [--json]

byte2word: topics of SIB-200 in English, by words read from bytes and by a twin of the same width and depth
           that reads pieces (WordPiece), both pretrained on NTREX-128 and the training texts alone; test
           texts with errors in growing shares of their words. Sizes of what turns text into vectors.
monobyte:  the recipe vocabulary/monobyte at a larger budget, over seeds: mean and spread of each row.
"""

import argparse
import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import data_folder
from calque.data.labelled import labelled
from calque.data.mistyped import mistyped
from calque.data.pooled import pooled
from calque.data.texts import texts
from calque.data.written import written
from calque.evaluation.accuracy import accuracy
from calque.models.byte2word import byte2word
from calque.models.byte2word_masked import byte2word_masked
from calque.models.byte2word_predict import byte2word_predict
from calque.models.byte2word_tune import byte2word_tune
from calque.models.fresh import fresh
from calque.models.masked import masked
from calque.models.predict import predict
from calque.models.tune import tune
from calque.models.wordwise import open_words
from calque.objectives.random_mask import random_mask
from calque.run import run
from calque.vocabulary.train import train

WIDTH, LAYERS, PIECES = 128, 2, 5000
SHARES = (0.0, 0.1, 0.2, 0.4)
LARGER = {
    "texts": 4000, "blocks": 600, "labelled": 300, "tests": 200, "width": 64, "layers": 2, "tuning": 8,
}  # fmt: skip


def main() -> None:
    """Run what is asked for, and print a row for each figure."""
    parser = argparse.ArgumentParser(description=__doc__ or "")
    known = {"byte2word": under_errors, "monobyte": controls}
    parser.add_argument("--what", nargs="+", default=list(known), choices=list(known))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--epochs", type=int, default=10, help="of pretraining")
    parser.add_argument("--out", type=Path, default=Path("runs") / "benchmarks")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for what in asked.what:
        for row in known[what](asked):
            print(json.dumps(row) if asked.json else "\t".join(map(str, row.values())), flush=True)


def under_errors(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Accuracy of both models at each share of wrong words."""
    data = data_folder()
    folder = data / "sib-200" / "eng_Latn"
    examples, tests = (
        labelled(folder / f"{split}.tsv", task="topic", language="eng")
        for split in ("train", "test")
    )
    news = texts(data / "ntrex-128" / "newstest2019-src.eng.txt", language="eng")
    all_texts = pooled([news, written(examples)])
    pieces = train(all_texts, size=PIECES)
    for seed in asked.seeds:
        told = {"epochs": asked.epochs, "seed": seed, "masker": random_mask, "learning_rate": 1e-3}
        ours = byte2word(pieces, width=WIDTH, layers=LAYERS, seed=seed)
        twin = fresh(pieces, width=WIDTH, layers=LAYERS, seed=seed)
        if asked.epochs:
            ours = byte2word_masked(ours, all_texts, **told)
            twin = masked(twin, all_texts, **told)
        sizes = {"byte2word": _front(ours), "pieces": len(pieces) * WIDTH}
        tuning = {"epochs": 10, "learning_rate": 5e-4, "seed": seed}
        ours, twin = byte2word_tune(ours, examples, **tuning), tune(twin, examples, **tuning)
        for share in SHARES:
            noisy = mistyped(tests, share=share, seed=seed)
            found = {"byte2word": byte2word_predict(ours, noisy), "pieces": predict(twin, noisy)}
            for name, predictions in found.items():
                score = accuracy(predictions.labels, tests.gold)
                yield {
                    "model": name, "parameters before the layers": sizes[name], "seed": seed,
                    "epochs": asked.epochs, "wrong words": share, "accuracy": round(score.value, 4),
                    "low": score.low, "high": score.high, "n": score.n,
                }  # fmt: skip


def _front(checkpoint: Any) -> int:
    return sum(parameter.numel() for parameter in open_words(checkpoint)[0].front.parameters())


def controls(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Mean and standard deviation over seeds of each row of the recipe's table."""
    found: dict[str, dict[str, list[float]]] = {}
    for seed in asked.seeds:
        inputs = LARGER | {"epochs": asked.epochs, "seed": seed}
        made = run("vocabulary/monobyte", inputs, out=asked.out / f"monobyte-{seed}")
        for row in made["transfer"]:
            kept = found.setdefault(row["pretrained"], {"source": [], "target": []})
            for side, values in kept.items():
                values.append(row[side])
    for name, sides in found.items():
        for side, values in sides.items():
            yield {
                "pretrained": name,
                "side": side,
                "mean": round(statistics.mean(values), 4),
                "deviation": round(statistics.pstdev(values), 4),
                "seeds": len(values),
            }


if __name__ == "__main__":
    main()
