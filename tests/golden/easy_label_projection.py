"""Makes easy_label_projection.json: spans that Easy-Label-Projection carries over given links.

    git clone https://github.com/ikergarcia1996/Easy-Label-Projection
    git -C Easy-Label-Projection checkout 8e037e14b24ca46f9b6273231172f31c423816a6
    python tests/golden/easy_label_projection.py Easy-Label-Projection

Runs its `sentence_projection`, as it comes (punctuation removed, gaps of one word filled), on sentences
and links drawn from a seed. `planted` is what it is asked; its answers are lists of tags.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

HERE = Path(__file__).resolve().parent
COUNT = 300


class Case(NamedTuple):
    """Words and IOB2 tags of a source, words of a target, links between them."""

    words: list[str]
    tags: list[str]
    target: list[str]
    links: list[tuple[int, int]]


def planted() -> list[Case]:
    """Sentences with spans next to each other, and links near the diagonal, some of them stray."""
    generator = np.random.default_rng(7)
    made = []
    for _ in range(COUNT):
        m, n = generator.integers(1, 9, 2).tolist()
        tags: list[str] = []
        while len(tags) < m:
            kind, length = generator.choice(["O", "PER", "LOC"]), int(generator.integers(1, 4))
            tags += ["O"] if kind == "O" else [f"B-{kind}", *[f"I-{kind}"] * (length - 1)]
        target = [",."[k % 2] if generator.random() < 0.15 else f"t{k}" for k in range(n)]
        links = {(i, min(n - 1, i * n // m)) for i in range(m) if generator.random() < 0.8}
        links |= {(int(generator.integers(m)), int(generator.integers(n))) for _ in range(2)}
        made.append(Case([f"s{i}" for i in range(m)], tags[:m], target, sorted(links)))
    return made


def spans(tags: list[str]) -> list[tuple[str, list[int]]]:
    """Type and words of each span."""
    found: list[tuple[str, list[int]]] = []
    for place, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append((tag[2:], [place]))
        elif tag.startswith("I-"):
            found[-1][1].append(place)
    return found


def main() -> None:
    """Ask the tool and keep what it says."""
    sys.path.insert(0, sys.argv[1])
    from projection.annotation_proyection import sentence_projection  # type: ignore[import]

    answers = []
    for case in planted():
        aligned: dict[int, list[int]] = {}
        for i, j in case.links:
            aligned.setdefault(i, []).append(j)
        kinds, places = zip(*spans(case.tags), strict=True) if spans(case.tags) else ((), ())
        answers.append(
            sentence_projection(case.words, list(kinds), list(places), case.target, aligned)
        )
    text = json.dumps({"tags": [" ".join(tags) for tags in answers]}, indent=0)
    (HERE / "easy_label_projection.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
