"""Spans chosen among candidates against spans carried over links, on real translations with gold labels.

python -m benchmarks.candidates [--sentences 300] [--model minilm] [--json]

English PUD of UNER into German PUD: names that `projection.by_candidates` finds with a lexicon (read off links of these
texts and of NTREX-128), with vectors of an English sentence encoder, and with the better of both; beside them
`projection.by_links` over the same links. A row is a way and the least confidence: `f1` of spans with its interval, and
the `yield`, the share of spans that arrived.
"""

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from benchmarks.projection import names, scored
from calque import part
from calque.values import Bitext, Labelled

ABOVE = (0.0, 0.1, 0.3, 0.5, 0.7)


def scorers(lexicon: Any, model: str | None) -> dict[str, Callable[[Bitext], np.ndarray]]:
    """Ways of scoring a span and a candidate."""
    found: dict[str, Callable[[Bitext], np.ndarray]] = {
        "lexicon": partial(part("wordalign.lexical_scores"), lexicon=lexicon)
    }
    if model:
        encoder = partial(part("models.sentences"), part("models.load")(model))
        vectors = remembered(partial(part("spaces.vector_scores"), encoder=encoder))
        lexical = found["lexicon"]
        found["vectors"] = vectors
        found["both"] = lambda bitext: np.sqrt(vectors(bitext) * lexical(bitext))
    return found


def remembered(scorer: Callable[[Bitext], np.ndarray]) -> Callable[[Bitext], np.ndarray]:
    """A scorer that is asked once for the same pairs."""
    known: dict[str, np.ndarray] = {}

    def asked(bitext: Bitext) -> np.ndarray:
        key = bitext.fingerprint()
        if key not in known:
            known[key] = scorer(bitext)
        return known[key]

    return asked


def main() -> None:
    """Run every way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--model", default="minilm", help="an encoder; '' leaves vectors out")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    ((_, source, gold, more),) = names(data_folder())
    rows = range(min(asked.sentences, len(source)))
    pairs = part("data.pairs")(part("data.written")(source), part("data.written")(gold))
    every = Bitext.of([*pairs, *more], pairs.source, pairs.target, tokenized=pairs.tokenized)
    clock = time.process_time()
    links = part("wordalign.agreement")(every, prefix=5, threshold=0.3)
    spent = time.process_time() - clock
    lexicon = part("wordalign.lexicon")(every, links, least=0.3, best=20)
    view = part("data.view")(pairs, links).take(rows)
    some, wanted = source.take(rows), gold.take(rows)
    for above in ABOVE:
        made = part("projection.by_links")(some, view, above=above)
        tell(asked.json, "links", above, made, wanted, spent)
    for name, scorer in scorers(lexicon, asked.model).items():
        for above in ABOVE:
            clock = time.process_time()
            made = part("projection.by_candidates")(some, view, scorer, above=above)
            tell(asked.json, name, above, made, wanted, time.process_time() - clock)


def tell(
    as_json: bool, way: str, above: float, made: Labelled, gold: Labelled, seconds: float
) -> None:
    """Print a row."""
    row = {"way": way, "above": above, **scored(made, gold), "seconds": round(seconds, 2)}
    if as_json:
        print(json.dumps(row), flush=True)
    else:
        print(
            "{way:8} {above:.1f}  F1 {f1:.3f} ({low:.3f}-{high:.3f})  yield {yield:.3f}".format(
                **row
            )
        )


if __name__ == "__main__":
    main()
