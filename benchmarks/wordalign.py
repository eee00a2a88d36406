"""Word alignment beside its peers, on the same sentence pairs, in one process, run after run.

python -m benchmarks.wordalign [--section embedding] [--pairs 1000] [--threads 1] [--json]

A row says how many seconds either took, by the clock (`peer`, `ours`, `ratio`) and of the processor
(`ratio_cpu`, steadier where other programs run).

`embedding` is simalign (pip install --no-deps simalign) on one encoder and layer, over NTREX-128, and on how
many pairs the links are the same. simalign is given its model loaded; calque loads it within its time.
`--model narrow` is a local encoder of six layers, 128 wide, of random weights and with minilm's pieces:
there the time around the forward pass shows, which with minilm takes most of both. The others have eflomal
(GPL, only run as another program) beside them, on synthetic languages whose links are known, some 24 words
a sentence: `statistical` fits and links --many pairs in both directions;
`saved` links one new pair with what was learned from 2,000; `memory` is what --huge pairs take, one round each,
of `wordalign.hmm` in one direction and of `wordalign.agreement`, in processes of their own.
"""

import argparse
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from benchmarks.common import ROOT, data_folder, parallel
from benchmarks.eflomal import by_eflomal
from calque import part, synthetic
from calque.languages.words import word_texts
from calque.values import Bitext, Links

METHODS = {"inter": "mutual", "itermax": "itermax", "mwmf": "max_weight"}
LETTERS = {"inter": "a", "itermax": "i", "mwmf": "m"}
_MADE = 50_000  # pairs of new synthetic sentences


def main() -> None:
    """Run the sections asked for and print their rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="all where not given")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--many", type=int, default=50_000, help="pairs of `statistical`")
    parser.add_argument("--huge", type=int, default=1_000_000, help="pairs of `memory`")
    parser.add_argument("--eflomal", default=shutil.which("eflomal-align"), help="its program")
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
    narrow = asked.model == "narrow"
    checkpoint = part("models.load")(_narrow(asked.out / "narrow") if narrow else asked.model)
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
            "work": f"{method}, {asked.model}, eng-{asked.language}, {len(sentences)} pairs, {asked.threads} threads",
            "peer": peer_seconds[0],
            "ours": our_seconds[0],
            "ratio": peer_seconds[0] / our_seconds[0],
            "ratio_cpu": peer_seconds[1] / our_seconds[1],
            "identical": sum(
                _pairs(links) == one[method] for links, one in zip(found, theirs, strict=True)
            ),
        }


def statistical(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Models of jumps, joined or trained to agree, beside eflomal: time and error rate."""
    bitext, gold = _synthetic(asked.many)
    aer, join = part("evaluation.aer"), part("wordalign.grow_diag_final_and")
    hmm = part("wordalign.hmm")

    def rate(sides: Any) -> float:
        return aer([join(*pair) for pair in zip(*sides, strict=True)], gold).value

    peer = by_eflomal(bitext, len(bitext), _program(asked))
    shared = {"peer": peer.seconds, "aer_peer": rate(peer.links)}
    sides, *seconds = _timed(lambda: [hmm(bitext, reverse=reverse) for reverse in (False, True)])
    found, *both_seconds = _timed(partial(part("wordalign.agreement"), bitext))
    for name, (clock, processor), value in (
        ("hmm, both directions", seconds, rate(sides)),
        ("agreement", both_seconds, aer(found, gold).value),
    ):
        yield {
            "work": f"{name}, {len(bitext)} pairs",
            **shared,
            "ours": clock,
            "ratio": peer.seconds / clock,
            "ratio_cpu": peer.processor / processor,
            "aer_ours": value,
        }


def saved(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """One new pair, linked by what was kept of a fit."""
    bitext, _ = _synthetic(2050)
    known, fresh = bitext.take(range(2000)), [bitext.take([row]) for row in range(2000, 2050)]
    model, link = part("wordalign.fit_hmm")(known), part("wordalign.link")
    link(fresh[0], model)  # what is made once per process
    ours = [_timed(partial(link, one, model))[1:] for one in fresh]
    peer = by_eflomal(fresh[0], 1, _program(asked), learned=known)
    yield {
        "work": "one pair, one direction, median of 50; eflomal with priors, both directions",
        "peer": peer.seconds,
        "ours": float(np.median([clock for clock, _ in ours])),
        "ratio": peer.seconds / float(np.median([clock for clock, _ in ours])),
        "ratio_cpu": peer.processor / float(np.median([processor for _, processor in ours])),
    }


def memory(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Peak memory of a process that links very many pairs of a file, and of one that only reads them."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "pairs.tsv"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{source}\t{target}\n" for source, target in _synthetic(asked.huge)[0])
        for told, work in (
            ("text alone", "list(bitext)"),
            ("one round of hmm in one direction", "part('wordalign.hmm')(bitext, rounds=1)"),
            ("one round of agreement", "part('wordalign.agreement')(bitext, rounds=1)"),
        ):
            clock = time.perf_counter()
            peak = _peak(path, work)
            yield {
                "work": f"GiB of memory, {asked.huge} pairs, {told}",
                "ours": peak,
                "seconds": time.perf_counter() - clock,
            }


def _peak(path: Path, work: str) -> float:
    """GiB that a process of its own takes at most, which opens the pairs of a file and does the work."""
    code = (
        "from calque import part\nfrom calque.cost import measured\n"
        f"with measured() as cost:\n    bitext = part('data.bitext')({str(path)!r},"
        f" source='qaa', target='qab', tokenized=True)\n    {work}\nprint(cost['peak_mib'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout) / 1024


SECTIONS: dict[str, Callable[[argparse.Namespace], Iterator[dict[str, Any]]]] = {
    "embedding": embedding,
    "statistical": statistical,
    "saved": saved,
    "memory": memory,
}


def _narrow(folder: Path) -> Path:
    minilm = part("models.load")("minilm").folder
    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(
        minilm, hidden_size=128, intermediate_size=512, num_attention_heads=4
    )
    transformers.AutoModel.from_config(config).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(minilm).save_pretrained(folder)
    return folder


def _program(asked: argparse.Namespace) -> str:
    if asked.eflomal is None:
        sys.exit(
            "no eflomal-align on PATH: pip install eflomal into an environment of its own; --eflomal"
        )
    return asked.eflomal


def _synthetic(pairs: int, joined: int = 3) -> tuple[Bitext, list[Links]]:
    """Pairs of two synthetic languages, several short sentences in each, and their links.

    Beyond 50,000 pairs the short sentences come again, every time in other company.
    """
    family, short = synthetic.family(seed=0), min(pairs, _MADE) * joined
    texts = list(family.bitext("qaa", "qab", short, 0))
    links = family.links("qaa", "qab", short, 0)
    generator, order = np.random.default_rng(0), np.arange(short)
    rows, gold = [], []
    while len(rows) < pairs:
        for some in order.reshape(-1, joined)[: pairs - len(rows)].tolist():
            rows.append(
                tuple(" ".join(side) for side in zip(*(texts[n] for n in some), strict=True))
            )
            sizes = np.array([links[n].size for n in some])
            offsets = np.cumsum(sizes, axis=0) - sizes
            found = [links[n].pairs + at for n, at in zip(some, offsets, strict=True)]
            gold.append(Links(np.concatenate(found), tuple(sizes.sum(axis=0).tolist())))
        order = generator.permutation(short)
    return Bitext.of(rows, "qaa", "qab", tokenized=True), gold


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
