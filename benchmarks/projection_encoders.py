"""Zero-shot, translate-train, joint and translate-test by an encoder, on the sets of benchmarks.projection_manual.

python -m benchmarks.projection_encoders [--targets Easy-Label-Projection] [--arguments abstrct-projections] [--json]

As section `taggers` there, with an encoder in place of the hidden Markov model: --model (minilm, which has read English alone),
of which the head trains and the body stays as it is, or with --whole both. --most sentences of each set, so that it takes
minutes. Regimes of published projections are left out but for the first.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.projection_manual import Set, arguments, natural, taggers, targets
from calque import part
from calque.values import Checkpoint, Labelled, Predictions
from calque.workspace import working_in


def main() -> None:
    """Measure what checkouts are given for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", type=Path)
    parser.add_argument("--arguments", type=Path)
    parser.add_argument("--languages", nargs="+", default=["spa"])
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rate", type=float, default=1e-2)
    parser.add_argument("--most", type=int, default=250)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    start = part("models.load")(asked.model)

    def fit(training: Labelled) -> Checkpoint:
        settings: dict[str, Any] = {"epochs": asked.epochs, "learning_rate": asked.rate}
        trains = "" if asked.whole else "classifier"
        return part("models.tune")(start, training, trains=trains, **settings)

    def tag(model: Checkpoint, examples: Labelled) -> Predictions:
        return part("models.predict")(model, examples)

    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        for data, checkout in (("targets", asked.targets), ("arguments", asked.arguments)):
            if checkout is None:
                continue
            found = list((targets if data == "targets" else arguments)(checkout, asked.most))
            for language in asked.languages:
                sets = [_fewer(one) for one in found if one.language == language]
                tests, back = {one.name: one.manual for one in sets[1:]}, None
                if data == "targets":
                    tests, back = natural(checkout, language, asked.most)
                for row in taggers(sets, tests, back, (fit, tag)):
                    row = {"data": data, "tagger": asked.model} | row
                    cells = [f"{100 * v:.1f}" if isinstance(v, float) else v for v in row.values()]
                    print(json.dumps(row) if asked.json else " | ".join(cells), flush=True)


def _fewer(one: Set) -> Set:
    """With the first published projection alone."""
    published = dict(list(one.published.items())[:1])
    return Set(one.language, one.name, one.source, one.manual, published, {}, one.way)


if __name__ == "__main__":
    main()
