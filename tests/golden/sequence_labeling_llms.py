"""Makes sequence_labeling_llms.json: sequences that Sequence-Labeling-LLMs lets a model write.

    git clone https://github.com/ikergarcia1996/Sequence-Labeling-LLMs
    git -C Sequence-Labeling-LLMs checkout 176d32d
    python tests/golden/sequence_labeling_llms.py Sequence-Labeling-LLMs

Follows its `SequenceLabellingConstraint` along every path, for small inputs whose tags are symbols of their own. `CASES`
are symbols, units and labels; its answers are all sequences that it accepts, as texts of numbers, sorted.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
END, PAD = 1, 0
CASES: list[tuple[list[int], list[int], dict[str, tuple[list[int], list[int]]]]] = [
    ([5], [0], {"A": ([10], [11])}),
    ([5, 6], [0, 1], {"A": ([10], [11])}),
    ([5, 6, 5], [0, 1, 2], {"A": ([10], [11]), "B": ([12], [13])}),
    ([5, 6, 7, 8], [0, 0, 1, 1], {"A": ([10], [11]), "B": ([12], [13])}),
    ([5, 6, 7, 8], [0, 1, 2, 3], {"A": ([10], [11]), "B": ([12], [13])}),
]


def main() -> None:
    """Ask the tool and keep what it says."""
    sys.path.insert(0, sys.argv[1])
    from constrained_generation import (  # type: ignore[import-not-found]
        SequenceLabellingConstraint,
    )

    def follow(case: tuple, path: list[int]) -> dict[int, Any]:
        symbols, units, labels = case
        names = list(range(len(labels)))
        tool = SequenceLabellingConstraint(
            [*symbols],
            [*units],
            [one for one, _ in labels.values()],
            [other for _, other in labels.values()],
            names,
            names,
            PAD,
            END,
        )
        for symbol in path:
            allowed, states = tool.advance()
            tool.update(symbol, states[allowed.tolist().index(symbol)])
        allowed, states = tool.advance()
        return dict(zip(allowed.tolist(), states, strict=True))

    answers = []
    for case in CASES:
        accepted, paths = [], [[]]
        while paths:
            path = paths.pop()
            for symbol, state in follow(case, path).items():
                longer = [*path, symbol]
                (accepted if state.state == "end" else paths).append(longer)
        answers.append(sorted(" ".join(map(str, one)) for one in accepted))
    text = json.dumps({"accepted": answers}, indent=0)
    (HERE / "sequence_labeling_llms.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
