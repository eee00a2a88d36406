"""Aligners that need no pretrained weights on every set with gold links, beside eflomal.

python -m benchmarks.wordalign_gold [--sets xl-wa/bg/test naacl/*] [--methods hmm* eflomal] [--json]

Each aligner runs in both directions on the gold set's own sentences, whose links it never sees, together
with what other bitext there is for the pair (`trained_on`; all of it unlabelled), and the links of the gold
pairs are scored. A method is `aligner+joiner`; `hmm-5` compares words by their first five characters.
`grow_diag_final_and` joins the links that each direction is surest of, `geometric_mean` soft ones from 0.3.
`agreement` and `mirror_align` look both ways at once: nothing is joined (`symmetric`).

eflomal (GPL) is only run as another program: on PATH or named by --eflomal. `seconds` is wall clock of both
directions and of joining; `peer`, `ours` and `ratio` are seconds of the processor, which other programs
disturb less, one thread each. --rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import fnmatch
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import Gold, gold_sets, keep, rows_of, training
from benchmarks.eflomal import Made, by_eflomal
from calque import part
from calque.values import Bitext, Links

ALIGNERS: dict[str, dict[str, Any]] = {
    "ibm1": {},
    "diagonal": {},
    "hmm": {},
    "hmm-5": {"prefix": 5},
    "fertility": {},
    "fertility-5": {"prefix": 5},
    "agreement": {},
    "agreement-5": {"prefix": 5},
    "mirror_align": {},
}
SYMMETRIC = ("agreement", "mirror_align")
PEERS: dict[str, list[str]] = {
    "eflomal": [],
    "eflomal-5": ["--source-prefix", "5", "--target-prefix", "5"],
}
SOFT, SURE = 1e-6, 0.3  # posteriors that are asked for, and that are enough for soft joining
HARD = ("grow_diag_final_and", "grow_diag", "intersect")
JOINERS = (*HARD, "geometric_mean")


def main() -> None:
    """Run what is asked for and not there yet; rows as they come, or tables at the end."""
    asked = _arguments()
    sets = gold_sets(data_folder(), asked.dermit)
    unknown = [one for one in asked.sets if not fnmatch.filter(sets, one)]
    if unknown:
        sys.exit(f"no set is called {', '.join(unknown)}; there are: {', '.join(sets)}")
    done = rows_of(asked.rows)
    wanted = list(dict.fromkeys(name for one in asked.sets for name in fnmatch.filter(sets, one)))
    for name in wanted:
        for row in rows(name, sets[name](), asked, done):
            done.append(row)
            keep(row, asked.rows, asked.json)
    if not asked.json:
        for metric in asked.metrics:
            _tell([row for row in done if row["task"] in wanted], metric, asked.methods)


def rows(name: str, gold: Gold, asked: argparse.Namespace, done: list[dict]) -> Iterator[dict]:
    """Rows of one gold set: those of eflomal first, so that ours can be held against it."""
    more = {} if asked.alone else training(data_folder(), gold)
    pairs = list(dict.fromkeys(pair for rows in more.values() for pair in rows))
    source, target = gold.bitext.source, gold.bitext.target
    bitext = Bitext.of([*gold.bitext, *pairs], source, target, tokenized=True)
    facts = {"task": name, "source": source, "target": target}
    trained = {"gold text": len(gold.bitext)} | {one: len(rows) for one, rows in more.items()}
    facts["trained_on"] = ", ".join(f"{one} {count}" for one, count in trained.items())
    facts |= {"pairs": len(bitext), "n": len(gold.bitext)}
    known = [row for row in done if all(row[key] == value for key, value in facts.items())]
    peers = {row["method"].split("+")[0]: row["peer"] for row in known if "peer" in row}
    for aligner in (*PEERS, *ALIGNERS):
        methods = [f"{aligner}+{joiner}" for joiner in _joiners(aligner)]
        seed = asked.seed if aligner.startswith("fertility") else 0
        there = {row["method"] for row in known if row["seed"] == seed}
        methods = [one for one in methods if one not in there and _asked(one, asked.methods)]
        if not methods or (aligner in PEERS and asked.eflomal is None):
            continue
        made = _aligned(aligner, bitext, len(gold.bitext), asked, seed)
        if aligner in PEERS:
            peers[aligner] = made.processor
        peer = peers.get("eflomal")
        for method in methods:
            joined, seconds = _joined(made, method.split("+")[1])
            beside: dict[str, Any] = {"ours": made.processor}
            if aligner in PEERS:
                beside = {"peer": made.processor}
            elif peer is not None:
                beside |= {"peer": peer, "ratio": peer / made.processor}
            for score in part("evaluation.link_scores")(joined, gold.links):
                row = facts | {"method": method, "seed": seed}
                row |= {key: score[key] for key in ("metric", "value", "low", "high")}
                yield row | {"seconds": made.seconds + seconds} | beside


def _joiners(aligner: str) -> Sequence[str]:
    if aligner.split("-")[0] in SYMMETRIC:
        return ("symmetric",)
    return HARD if aligner in PEERS else JOINERS


def _aligned(aligner: str, bitext: Bitext, n: int, asked: argparse.Namespace, seed: int) -> Made:
    if aligner in PEERS:
        return by_eflomal(bitext, n, asked.eflomal, PEERS[aligner])
    clock, processor = time.perf_counter(), time.process_time()
    name, settings = aligner.split("-")[0], ALIGNERS[aligner]
    make = part(f"{'models' if name == 'mirror_align' else 'wordalign'}.{name}")
    if name in SYMMETRIC:
        found = (make(bitext, **settings)[:n],) * 2
    else:
        if name == "fertility":
            settings = settings | {"seed": seed}
        found = tuple(
            make(bitext, threshold=SOFT, reverse=reverse, **settings)[:n]
            for reverse in (False, True)
        )
    return Made(found, time.perf_counter() - clock, time.process_time() - processor)  # type: ignore[arg-type]


def _joined(made: Made, joiner: str) -> tuple[list[Links], float]:
    clock = time.perf_counter()
    forward, backward = made.links
    if joiner == "symmetric":
        return forward, time.perf_counter() - clock
    if joiner == "geometric_mean":
        forward, backward = ([_above(one, SURE) for one in side] for side in (forward, backward))
    else:
        forward = [surest(one, reverse=False) for one in forward]
        backward = [surest(one, reverse=True) for one in backward]
    join = part(f"wordalign.{joiner}")
    joined = [join(one, other) for one, other in zip(forward, backward, strict=True)]
    return joined, time.perf_counter() - clock


def surest(soft: Links, *, reverse: bool) -> Links:
    """The best explanation of each explained word, unless the null word is better.

    soft: links with their posteriors, next to none left out, so that what is missing to 1 is the null
          word's. The same as aligning anew with threshold 0, in no time.
    """
    grid = soft.scores().T if reverse else soft.scores()
    most, null = grid.max(axis=0, initial=0), 1 - grid.sum(axis=0)
    best = (grid == most) & (
        most > null + 1e-9
    )  # as alike as that are ties, and the null word wins
    best &= np.cumsum(best, axis=0) == 1
    return Links.from_grid(best.T if reverse else best, soft.scores())


def _above(soft: Links, least: float) -> Links:
    kept = soft.score >= least
    return Links(soft.pairs[kept], soft.size, soft.score[kept])


def _asked(method: str, wanted: Sequence[str]) -> bool:
    return any(
        fnmatch.fnmatch(name, one) for one in wanted for name in (method, method.split("+")[0])
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sets", nargs="+", default=["naacl/*", "pharaoh/*", "ugarit/*", "xl-wa/*/test"]
    )
    parser.add_argument("--methods", nargs="+", default=["*"], help="aligners, or aligner+joiner")
    parser.add_argument("--metrics", nargs="+", default=["aer"], help="tables to print")
    parser.add_argument("--alone", action="store_true", help="learn from the gold text only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--eflomal", default=shutil.which("eflomal-align"), help="its program")
    parser.add_argument("--dermit", type=Path, help="gold_standard/ of the DERMIT corpus")
    parser.add_argument(
        "--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "wordalign_gold.jsonl"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _tell(rows: list[dict], metric: str, wanted: Sequence[str]) -> None:
    """A table of one figure: a line per set, a column per method; seconds are of the processor."""
    cells: dict[tuple[str, str, int], dict[str, dict]] = {}
    for row in rows:
        if row["metric"] == metric and _asked(row["method"], wanted):
            cells.setdefault((row["task"], row["trained_on"], row["pairs"]), {})[row["method"]] = (
                row
            )
    methods = [f"{one}+{joiner}" for one in (*ALIGNERS, *PEERS) for joiner in _joiners(one)]
    methods = [one for one in methods if any(one in found for found in cells.values())]
    print(f"\n{metric}\n\n| set | learned from | " + " | ".join(methods) + " |")
    print("|---" * (len(methods) + 2) + "|")
    for (task, trained, _), found in cells.items():
        shown = [_shown(found[one]) if one in found else "" for one in methods]
        print(f"| {task} | {trained} | " + " | ".join(shown) + " |")
    whole = [found for found in cells.values() if all(one in found for one in methods)]
    if whole:
        means = [
            f"{100 * statistics.mean(found[one]['value'] for found in whole):.1f}"
            for one in methods
        ]
        print(f"| mean of {len(whole)} | | " + " | ".join(means) + " |")


def _shown(row: dict) -> str:
    ratio = f", {row['ratio']:.2g}×" if "ratio" in row else ""
    bounds = f"{100 * row['low']:.1f}-{100 * row['high']:.1f}"
    processor = row["ours" if "ours" in row else "peer"]
    return f"{100 * row['value']:.1f} ({bounds}; {processor:.1f} s{ratio})"


if __name__ == "__main__":
    main()
