"""How much a decoder reads to find the best places of markers, against writing out every insertion.

python -m benchmarks.decoding [--pairs 600] [--epochs 12] [--json]

A small translator learns planted sentence pairs, with markers around linked words and without, and puts markers around
the names of 60 new sentences. A row is a way to search: `pieces` that the decoder read, their `share` of those of every
insertion, `same` places as the exact search, `f1` against gold names.
"""

import argparse
import json
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from calque import part
from calque.models.forcing import Forced
from calque.models.inserting import Search, inserted
from calque.values import Bitext, Checkpoint, Links
from calque.workspace import working_in

FAMILY = (
    "languages=2 tree=star scripts=Latn order=SVO morphology=isolating articles=no concepts=40 "
    "topics=2 overlap=0"
)
WAYS = {
    "exact": Search(1, None, None),
    "exact, best 5": Search(5, None, None),
    "change": Search(1, 0.5, None),
    "ahead 3": Search(1, None, 3),
    "change, ahead 3": Search(1, 0.5, 3),
}


def pairs(count: int, seed: int) -> tuple[Bitext, list[Links]]:
    """Planted sentence pairs and their gold links."""
    given = {"family": FAMILY, "source": "qaa", "target": "qab", "n": count, "seed": seed}
    return part("synthetic.bitext")(**given), part("synthetic.links")(**given)


def translator(count: int, epochs: int) -> Checkpoint:
    """A translator that has learned pairs with markers and without."""
    bitext, links = pairs(count, 1)
    both = [bitext, part("projection.mark_pairs")(bitext, links)]
    sides = [part("data.side")(one, of=side) for one in both for side in ("source", "target")]
    words = part("vocabulary.train")(part("data.pooled")(sides), size=1000)
    start = part("models.fresh_translator")(
        words, languages=["qab"], width=64, layers=1, longest=64
    )
    settings = {"epochs": epochs, "learning_rate": 6e-3, "both": False, "smoothing": 0.0}
    return part("models.tune_translator")(start, both, tokens=512, **settings)


def measured(count: int, epochs: int) -> list[dict[str, Any]]:
    """Every way on the same sentences."""
    model = translator(count, epochs)
    forced = Forced.of(model, "benchmark", None)
    source, gold = (
        part("synthetic.labelled")(family=FAMILY, task="ner", language=code, n=60, seed=9)
        for code in ("qaa", "qab")
    )
    view = part("data.view")(*pairs(60, 9))
    exact: list[np.ndarray] = []
    rows = []
    for way, search in WAYS.items():
        told: list[Any] = []

        def inserter(bitext: Bitext, spans: np.ndarray, search: Search, told: list) -> list:
            told.append(inserted(forced, bitext, spans, ("[", "]"), search, "benchmark"))
            return told[0].places

        clock = time.process_time()
        made = part("projection.by_decoding")(
            source, view, partial(inserter, search=search, told=told)
        )
        seconds = time.process_time() - clock
        exact = exact or told[0].places
        same = [
            a[:1, :2].tolist() == b[:1, :2].tolist()
            for a, b in zip(exact, told[0].places, strict=True)
        ]
        row = {"way": way, "pieces": told[0].pieces, "share": told[0].pieces / told[0].every}
        row |= {"same": float(np.mean(same)), "seconds": round(seconds, 2)}
        rows.append(row | {"f1": part("evaluation.span_f1")(made.gold, gold.gold).value})
    return rows


def main() -> None:
    """Train, search, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        for row in measured(asked.pairs, asked.epochs):
            shown = "{way:16} {pieces:7} pieces, {share:.3f} of all  same {same:.3f}  F1 {f1:.3f}"
            print(json.dumps(row) if asked.json else shown.format(**row), flush=True)


if __name__ == "__main__":
    main()
