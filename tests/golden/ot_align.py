"""Makes ot_align.json: the plans of OTAlign's code between given vectors of words.

    git clone https://github.com/yukiar/OTAlign && git -C OTAlign checkout 79fefaa
    python tests/golden/ot_align.py OTAlign

Runs `Aligner.compute_optimal_transport` of the tool's src/baseline.py for balanced, partial and unbalanced
transport, entropic as its scripts ask for, with even weights and with the vectors' lengths, on vectors that
come from a formula, so that the test can make the same ones. The tool makes even weights, ones, on a GPU alone:
these are made here. POT is asked for the entropy that it took when the tool was written; its newer default
measures plans against the product of the weights.
"""

import importlib
import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
SIZES = ((4, 5), (6, 3))  # words of each pair
WIDTH = 6
TAUS = {"ot": 0.0, "pot": 0.7, "uot": 0.3}  # share of mass, or price of mass left over
WEIGHTS = ("uniform", "norm")


def vectors() -> list[list[torch.Tensor]]:
    """Per pair the words of either side, [m, WIDTH] and [n, WIDTH]; of uneven length."""
    made = []
    for phase, sizes in enumerate(SIZES):
        sides = []
        for side, rows in enumerate(sizes):
            line = torch.arange(rows * WIDTH, dtype=torch.float64) ** 1.3
            sines = torch.sin(phase + side / 2 + line).round(decimals=4).reshape(rows, WIDTH)
            sides.append(sines * (1 + torch.arange(rows)[:, None] / 4))
        made.append(sides)
    return made


def main() -> None:
    """Run every transport and write the plans."""
    sys.path.insert(0, str(Path(sys.argv[1]) / "src"))
    tool = importlib.import_module("baseline")
    tool.compute_weights_uniform = lambda *pair: tuple(
        torch.ones(len(side), dtype=torch.float64) for side in pair
    )
    tool.ot.unbalanced.sinkhorn_stabilized_unbalanced = partial(
        tool.ot.unbalanced.sinkhorn_stabilized_unbalanced, reg_type="entropy"
    )
    plans = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, tau in TAUS.items():
            for weights in WEIGHTS:
                aligner = tool.Aligner(
                    kind, True, False, "cos", weights, 0.0, 0.0, tau, f"{folder}/", div_type="--"
                )
                plans[f"{kind} {weights}"] = [
                    torch.as_tensor(aligner.compute_optimal_transport(*pair))
                    .double()
                    .round(decimals=7)
                    .tolist()
                    for pair in vectors()
                ]
    facts = {
        "tool": "yukiar/OTAlign",
        "commit": "79fefaa0aa76f51e17b8b641af280b38c9b33f64",
        "command": "python tests/golden/ot_align.py OTAlign",
        "plans": plans,
    }
    (HERE / "ot_align.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    print({name: len(found) for name, found in plans.items()})


if __name__ == "__main__":
    main()
