"""Word alignment beside its peers, on the same sentence pairs, in one process, run after run.

python -m benchmarks.wordalign [--section embedding] [--pairs 1000] [--threads 1] [--json]

`embedding` is simalign (pip install --no-deps simalign) on minilm and the same layer, over NTREX-128. A
row says how many seconds either took, by the clock (`peer`, `ours`, `ratio`) and of the processor
(`ratio_cpu`, steadier where other programs run), and on how many pairs the links are the same.
simalign is given its model loaded; calque loads it within its time.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import ROOT, data_folder, parallel
from calque import part
from calque.languages.words import word_texts
from calque.values import Bitext, Links

METHODS = {"inter": "mutual", "itermax": "itermax", "mwmf": "max_weight"}
LETTERS = {"inter": "a", "itermax": "i", "mwmf": "m"}


def main() -> None:
    """Run the sections asked for and print their rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="all where not given")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--language", default="deu")
    parser.add_argument("--threads", type=int, default=1, help="of the peer and of calque alike")
    parser.add_argument("--layer", type=int, default=4)
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    rows = [row for name in asked.section or SECTIONS for row in SECTIONS[name](asked)]
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for row in rows:
        print("| " + " | ".join(_shown(row.get(name, "")) for name in columns) + " |")


def embedding(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The three matchers of SimAlign on pieces, links compared pair by pair."""
    logging.disable(logging.INFO)  # simalign configures the log of the whole process
    try:
        from simalign import SentenceAligner
    except ImportError:
        sys.exit("pip install --no-deps simalign==0.4 (and networkx) to compare with it")
    sentences, bitext = _news(asked)
    checkpoint = part("models.load")(asked.model)
    ours = partial(part("models.align"), bitext, checkpoint, layer=asked.layer)
    ours(pairer=part("wordalign.mutual"))  # what is made once per process is made for both
    for method, pairer in METHODS.items():
        peer = SentenceAligner(
            str(checkpoint.folder), matching_methods=LETTERS[method], layer=asked.layer
        )
        peer.get_word_aligns(*sentences[0])
        theirs, *peer_seconds = _timed(
            lambda peer=peer: [peer.get_word_aligns(*pair) for pair in sentences]
        )
        found, *our_seconds = _timed(partial(ours, pairer=part(f"wordalign.{pairer}")))
        yield {
            "work": f"{method}, eng-{asked.language}, {len(sentences)} pairs, {asked.threads} threads",
            "peer": peer_seconds[0],
            "ours": our_seconds[0],
            "ratio": peer_seconds[0] / our_seconds[0],
            "ratio_cpu": peer_seconds[1] / our_seconds[1],
            "identical": sum(
                _pairs(links) == one[method] for links, one in zip(found, theirs, strict=True)
            ),
        }


SECTIONS: dict[str, Callable[[argparse.Namespace], Iterator[dict[str, Any]]]] = {
    "embedding": embedding,
}


def _news(asked: argparse.Namespace) -> tuple[list[tuple[list[str], list[str]]], Bitext]:
    """The same pairs of NTREX-128 as lists of words and as a bitext of such."""
    path = parallel(data_folder(), asked.language, asked.out / "parallel")
    raw = part("data.bitext")(path, source="eng", target=asked.language)
    rows = list(raw.take(range(min(asked.pairs, len(raw)))))
    sentences = [(word_texts(source), word_texts(target)) for source, target in rows]
    joined = [(" ".join(source), " ".join(target)) for source, target in sentences]
    return sentences, Bitext.of(joined, "eng", asked.language, tokenized=True)


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - clock, time.process_time() - processor


def _pairs(links: Links) -> list[tuple[int, int]]:
    return [(int(i), int(j)) for i, j in links.pairs]


def _shown(cell: Any) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


if __name__ == "__main__":
    main()
