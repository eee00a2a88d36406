"""Makes t_projection.json: spans that T-Projection puts on candidates with given scores.

    git clone https://github.com/ikergarcia1996/T-Projection
    git -C T-Projection checkout 1e2d276
    python tests/golden/t_projection.py T-Projection

Runs its `projection_step` on sentences, candidates and scores drawn from a seed; the tokenizer that it loads, which
only looks up what is not found otherwise, is left out. `planted` is what it is asked; its answers are lists of tags.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

HERE = Path(__file__).resolve().parent
COUNT = 200


class Case(NamedTuple):
    """Spans of a source with types, words of a target, and candidates of each type, likeliest first."""

    spans: list[tuple[str, str]]
    target: list[str]
    candidates: dict[str, list[str]]


def planted() -> tuple[list[Case], dict[str, dict[str, float]]]:
    """Sentences in which words stand twice and in other letters, and the score of each span with each text."""
    generator = np.random.default_rng(11)
    cases, scores = [], {}
    for row in range(COUNT):
        n = int(generator.integers(1, 9))
        target = [f"w{generator.integers(5)}" for _ in range(n)]
        target = [w.upper() if generator.random() < 0.2 else w for w in target]
        count = int(generator.integers(1, 4))
        spans = [(str(generator.choice(["PER", "LOC"])), f"s{row}x{k}") for k in range(count)]
        candidates: dict[str, list[str]] = {}
        for kind in dict.fromkeys(kind for kind, _ in spans):
            drawn = []
            for _ in range(int(generator.integers(0, 5))):
                a, length = int(generator.integers(n)), int(generator.integers(1, 4))
                text = " ".join(target[a : a + length])
                drawn.append(text.lower() if generator.random() < 0.3 else text)
            if generator.random() < 0.3:
                drawn.append("elsewhere")
            candidates[kind] = list(dict.fromkeys(drawn))
        for kind, text in spans:
            scores[text] = {c: float(generator.random()) + 0.01 for c in candidates[kind]}
        cases.append(Case(spans, target, candidates))
    return cases, scores


def line(case: Case) -> dict[str, Any]:
    """A case as the tool reads it."""
    names = {"PER": "Person", "LOC": "Location"}
    preds = [
        f"<{names[k]}>{text}</{names[k]}>" for k, own in case.candidates.items() for text in own
    ]
    source = "".join(f"<{names[k]}>{text}</{names[k]}>" for k, text in case.spans)
    labels = " ".join(f"B-{kind}" for kind, _ in case.spans)
    return {
        "source_entity": source,
        "source_label": labels,
        "target_word": " ".join(case.target),
        "preds": preds,
    }


def main() -> None:
    """Ask the tool and keep what it says."""
    sys.path.insert(0, sys.argv[1])
    import label_projection  # type: ignore[import-not-found]

    class Nothing:
        @staticmethod
        def from_pretrained(_name: str) -> None:
            return None

    label_projection.AutoTokenizer = Nothing
    cases, scores = planted()
    with tempfile.TemporaryDirectory() as folder:
        asked, told, answers = (Path(folder) / name for name in ("in.jsonl", "scores.json", "out"))
        asked.write_text("\n".join(json.dumps(line(case)) for case in cases) + "\n")
        told.write_text(json.dumps(scores))
        label_projection.projection_step(str(asked), str(answers), str(told))
        found = answers.read_text().strip().split("\n\n")
    tags = [" ".join(row.split(" ")[1] for row in one.split("\n")) for one in found]
    assert len(tags) == len(cases)
    (HERE / "t_projection.json").write_text(json.dumps({"tags": tags}, indent=0) + "\n")


if __name__ == "__main__":
    main()
