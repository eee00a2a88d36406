"""What the transfer benchmarks share: where the data are, how runs become rows."""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calque.run import reopen

ROOT = Path(__file__).resolve().parent.parent
# languages whose code in NTREX-128 is another than in the task's own data
NTREX = {"swh": "swa", "zho": "zho-CN", "pes": "fas"}


def data_folder() -> Path:
    """The real data sets, from CALQUE_DATA or beside the repository."""
    folder = Path(os.environ.get("CALQUE_DATA") or ROOT / ".." / "shared" / "data").resolve()
    if not (folder / "ntrex-128").is_dir():
        sys.exit(f"no data sets at {folder}; set CALQUE_DATA to their folder")
    return folder


def parallel(data: Path, target: str, folder: Path) -> Path:
    """NTREX-128 from English into `target` as one file of two columns."""
    sides = ["newstest2019-src.eng.txt", f"newstest2019-ref.{NTREX.get(target, target)}.txt"]
    texts = [(data / "ntrex-128" / side).read_text(encoding="utf-8-sig") for side in sides]
    lines = [text.replace("\r", "").rstrip("\n").split("\n") for text in texts]
    rows = ["\t".join(pair) for pair in zip(*lines, strict=True)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"eng-{target}.tsv"
    path.write_text("source\ttarget\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def arguments(about: str, languages: Sequence[str]) -> argparse.Namespace:
    """--languages, --strategy, --seeds, --model, --out, --json."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--languages", nargs="+", default=list(languages))
    parser.add_argument("--strategy", action="append", help="repeatable; all where none is given")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def adaptation(out: Path, strategy: str) -> float:
    """Seconds of the steps that read something of the target; the others serve all targets alike."""
    made = reopen(out / "strategies" / strategy)
    own = made.recipe.reached({"parallel", "text", "few", "checkpoint"})
    return sum(cost["seconds"] for name, cost in made.costs.items() if name in own)


def tell(rows: list[dict[str, Any]], facts: list[dict[str, Any]], as_json: bool) -> None:
    """Print the rows, means over languages, and how well each signal ranked the strategies.

    Intervals are those of the first seed; seconds are of the adaptation alone.
    """
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    methods = list(dict.fromkeys(row["method"] for row in rows))
    targets = list(dict.fromkeys(row["target"] for row in rows))
    print("| target | " + " | ".join(methods) + " | chosen |")
    print("|---" * (len(methods) + 2) + "|")
    for target in targets:
        cells = []
        for method in methods:
            found = [r for r in rows if (r["target"], r["method"]) == (target, method)]
            mean = statistics.mean(row["value"] for row in found)
            cells.append(
                f"{100 * mean:.1f} ({100 * found[0]['low']:.1f}-{100 * found[0]['high']:.1f}; "
                f"{statistics.mean(row['adaptation'] for row in found):.0f} s)"
            )
        chosen = [row["method"] for row in rows if row["target"] == target and row["chosen"]]
        print(f"| {target} | " + " | ".join(cells) + f" | {', '.join(chosen)} |")
    means = [
        f"{100 * statistics.mean(r['value'] for r in rows if r['method'] == method):.1f}"
        for method in methods
    ]
    best = 100 * statistics.mean(row["value"] for row in rows if row["chosen"])
    print("| mean | " + " | ".join(means) + f" | {best:.1f} |")
    for signal in facts[0]["signal_correlation"]:
        known = [
            run["signal_correlation"][signal]
            for run in facts
            if run["signal_correlation"].get(signal) is not None
        ]
        if known:
            print(
                f"{signal}: mean rank correlation {statistics.mean(known):.2f} over {len(known)} runs"
            )
