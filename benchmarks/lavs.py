"""How often a small translator writes the wrong language in directions that it never learned, with and without LAVS.

python -m benchmarks.lavs [--shape star] [--seeds 0 1 2] [--json]

Chen et al. 2023, https://arxiv.org/abs/2305.10930, at a size that a CPU trains: languages of a synthetic family
that write many of their words alike, sentence pairs of some pairs of them (star: each with the first;
ring: each with the next), one model for all. Its translations are judged word by word, exactly, in the trained directions and in
those between languages that never met. A row has the mean of both over its directions; "own" writes with
pieces of the wanted language alone, which only a vocabulary with copies can say. Rows that the file --rows has
already are not made again.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import ROOT
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.synthetic import Family, named
from calque.values import Bitext, Checkpoint, Texts, Vocabulary
from calque.workspace import working_in

FAMILY = "tree=star scripts=Latn order=SVO morphology=isolating articles=no concepts=40 topics=2"
METHODS = ("shared", "lavs")


def main() -> None:
    """Train and judge what is asked for and not there yet; rows as they come, or a table at the end."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    facts = {name: getattr(asked, name) for name in ("shape", "family", "pairs", "epochs", "rate")}
    facts |= {"width": asked.width, "copies": asked.copies, "test": asked.test}
    for seed in asked.seeds:
        line = f"{asked.family} seed={seed}"
        learned = pairs_of(named(line), asked.shape, asked.pairs)
        for method in METHODS:
            told = facts | {"seed": seed, "method": method}
            if any(told.items() <= row.items() for row in rows_of(asked.rows)):
                continue
            with working_in(asked.out / f"{asked.shape}-{seed}-{method}"):
                clock = time.process_time()
                model, about = trained(learned, method, seed, asked)
                about["seconds"] = round(time.process_time() - clock, 1)
                for own in (False, True) if method == "lavs" else (False,):
                    found = judged(model, line, learned, own=own, count=asked.test)
                    keep(told | {"own": own} | about | found, asked.rows, asked.json)
    if not asked.json:
        _tell([row for row in rows_of(asked.rows) if facts.items() <= row.items()])


def pairs_of(family: Family, shape: str, count: int) -> list[Bitext]:
    """Sentence pairs, other ones for every pair of languages."""
    first, *others = codes = family.languages
    chosen = [(first, other) for other in others]
    if shape == "ring":
        chosen = list(zip(codes, [*others, first], strict=True))
    return [family.bitext(a, b, count, seed=10 + k) for k, (a, b) in enumerate(chosen)]


def trained(
    learned: Sequence[Bitext], method: str, seed: int, asked: argparse.Namespace
) -> tuple[Checkpoint, dict[str, Any]]:
    """A translator with one vocabulary or the other, and facts about that."""
    texts = [side for one in learned for side in (one.sources, one.targets)]
    words = part("vocabulary.byte_pairs")(part("data.pooled")(texts), size=asked.size)
    if method == "lavs":
        words = part("vocabulary.split")(words, texts, most=asked.copies)
    languages = sorted({text.language for text in texts})
    start = part("models.fresh_translator")(
        words, languages=languages, width=asked.width, layers=1, longest=64, seed=seed
    )
    made = part("models.tune_translator")(
        start, list(learned), epochs=asked.epochs, learning_rate=asked.rate, tokens=1024, seed=seed
    )
    return made, {"pieces": len(words), "divergence": round(_divergence(words, texts), 2)}


def _divergence(words: Vocabulary, texts: list[Texts]) -> float:
    rows = part("vocabulary.divergence")(words, texts)
    return statistics.mean(row["divergence"] for row in rows)


def judged(
    model: Checkpoint, line: str, learned: Sequence[Bitext], *, own: bool, count: int
) -> dict[str, Any]:
    """Off-target rate and exact translations, in the directions that were learned and in all others."""
    family, judge = named(line), part("synthetic.identifier")(family=line)
    ways = {(one.source, one.target) for one in learned}
    ways |= {(b, a) for a, b in ways}
    rows: dict[str, list[tuple[float, float]]] = {"learned": [], "zero": []}
    instead: Counter[str] = Counter()
    for a in family.languages:
        for b in family.languages:
            if a == b:
                continue
            new = family.bitext(a, b, count, seed=99)
            view = part("models.translate")(new.sources, model, language=b, own=own)
            off = part("evaluation.off_target")(view, judge, boot=1)
            same = sum(x == y for x, y in zip(view.rewritten, new.targets, strict=True))
            kind = "learned" if (a, b) in ways else "zero"
            rows[kind].append((off.value, same / count))
            if kind == "zero":
                met = {y for x, y in ways if x == a}
                strays = part("evaluation.off_target_rows")(view, judge)
                instead.update(_named(row["found"], a, met) for row in strays)
    means = {
        f"{kind}_{name}": round(statistics.mean(column), 4)
        for kind, found in rows.items()
        for name, column in zip(("off", "exact"), zip(*found, strict=True), strict=True)
    }
    total = max(1, sum(instead.values()))
    return means | {"instead": {name: round(n / total, 3) for name, n in instead.most_common()}}


def _named(found: str, source: str, met: set[str]) -> str:
    """What a translation is in: its source's language, one that this was learned with, another, none."""
    if found in ("", "und"):
        return "none"
    return "source" if found == source else "learned" if found in met else "other"


def _tell(rows: list[dict[str, Any]]) -> None:
    """A line per vocabulary and way to decode: means over seeds, and each seed's zero-shot off-target rate."""
    print(
        "| vocabulary | pieces | divergence | learned: off, exact | zero-shot: off (seeds), exact |"
    )
    print("|---" * 5 + "|")
    for method, own in dict.fromkeys((row["method"], row["own"]) for row in rows):
        found = [row for row in rows if (row["method"], row["own"]) == (method, own)]
        mean = {
            name: statistics.mean(row[name] for row in found)
            for name in found[0]
            if name.endswith(("_off", "_exact", "divergence"))
        }
        seeds = ", ".join(f"{100 * row['zero_off']:.1f}" for row in found)
        print(
            f"| {method}{', own pieces' if own else ''} | {found[0]['pieces']} | {mean['divergence']:.1f} "
            f"| {100 * mean['learned_off']:.1f}, {100 * mean['learned_exact']:.1f} "
            f"| {100 * mean['zero_off']:.1f} ({seeds}), {100 * mean['zero_exact']:.1f} |"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", default="star", choices=["star", "ring"])
    parser.add_argument("--family", default=f"languages=4 cognates=0.5 overlap=0.3 {FAMILY}")
    parser.add_argument(
        "--pairs", type=int, default=600, help="sentence pairs per pair of languages"
    )
    parser.add_argument("--test", type=int, default=40, help="sentences per direction")
    parser.add_argument("--size", type=int, default=1200, help="pieces before any copy")
    parser.add_argument("--copies", type=int, default=500, help="pieces for LAVS at most")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=6e-3, help="peak learning rate")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="of family and model"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "lavs")
    parser.add_argument("--rows", type=Path, help="rows made so far; rows.jsonl in --out")
    parser.add_argument("--json", action="store_true", help="rows as JSON lines")
    asked = parser.parse_args()
    asked.rows = asked.rows or asked.out / "rows.jsonl"
    return asked


if __name__ == "__main__":
    main()
