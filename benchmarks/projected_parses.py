"""Dependency trees over links: English PUD into other languages of PUD, where all have gold trees.

python -m benchmarks.projected_parses [--languages deu tur hin arb zho] [--most 1000] [--json]

Links are learned from the sentences themselves and NTREX-128. Of the words that have arrived: `tags`, `heads` (UAS) and
`relations` (LAS, subtypes aside) that are those of the language's own tree. `carried` is the share of all words with a head. Rows
by the least share of words of a sentence that must have one (`projection.complete`, `dense`), with the share of
sentences that stay.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder, parallel
from calque import part
from calque.languages.words import spaced, word_texts
from calque.values import Bitext, Labelled

FILES = {
    "deu": "UD_German-PUD/de_pud-ud-test.conllu",
    "tur": "UD_Turkish-PUD/tr_pud-ud-test.conllu",
    "hin": "UD_Hindi-PUD/hi_pud-ud-test.conllu",
    "arb": "UD_Arabic-PUD/ar_pud-ud-test.conllu",
    "zho": "UD_Chinese-PUD/zh_pud-ud-test.conllu",
}
DENSE = (0.0, 0.5, 0.8)


def measured(data: Path, language: str, most: int, work: Path) -> Iterator[dict[str, Any]]:
    """One language at every density."""
    read = part("data.labelled")
    english = read(
        data / "ud/UD_English-PUD/en_pud-ud-test.conllu", task="parse", language="eng"
    ).take(range(most))
    gold = read(data / "ud" / FILES[language], task="parse", language=language).take(range(most))
    pairs = part("data.pairs")(part("data.written")(english), part("data.written")(gold))
    further = part("data.bitext")(parallel(data, language, work), source="eng", target=language)
    more = [(spaced(word_texts(a)), spaced(word_texts(b, language))) for a, b in further]
    every = Bitext.of([*pairs, *more], "eng", language, tokenized=True)
    links = part("wordalign.agreement")(every, prefix=5, threshold=0.3)
    made = part("projection.by_links")(english, part("data.view")(pairs, links))
    numbered = made.with_columns(row=_numbers(made))
    for dense in DENSE:
        kept = part("projection.complete")(numbered, lost=None, dense=dense)
        rows = kept.table["row"].to_pylist()
        yield {
            "language": language,
            "dense": dense,
            "sentences": len(kept) / len(gold),
        } | scored(kept, gold.take(rows))


def _numbers(made: Labelled) -> Any:
    import pyarrow as pa

    return pa.array(range(len(made)))


def scored(made: Labelled, gold: Labelled) -> dict[str, float]:
    """Shares of words that are carried, and of these with the tag, head and relation of the gold trees."""
    cells = [
        (a is not None, a == b, r is not None and r.split(":")[0] == s.split(":")[0], t == u)
        for one, other in zip(made, gold, strict=True)
        for a, b, r, s, t, u in zip(
            *(side[name] for name in ("heads", "relations", "tags") for side in (one, other)),
            strict=True,
        )
    ]
    if not cells:
        return {"carried": 0.0}
    there, head, relation, tag = np.array(cells).T
    found = {"carried": there.mean()}
    if there.any():
        found |= {
            "tags": tag[there].mean(),
            "heads": head[there].mean(),
            "relations": (head & relation)[there].mean(),
        }
    return {name: float(value) for name, value in found.items()}


def main() -> None:
    """Run the languages asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=list(FILES), choices=FILES)
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks/parallel"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for language in asked.languages:
        for row in measured(data_folder(), language, asked.most, asked.out):
            shown = {k: f"{100 * v:.1f}" if isinstance(v, float) else v for k, v in row.items()}
            print(
                json.dumps(row) if asked.json else " | ".join(map(str, shown.values())), flush=True
            )


if __name__ == "__main__":
    main()
