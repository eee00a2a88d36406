"""Makes word_align_spans.json: what nttcslab-nlp/word_align asks about links, and makes of answers.

    git clone https://github.com/nttcslab-nlp/word_align && git -C word_align checkout 6b525b8
    python tests/golden/word_align_spans.py word_align ../shared/data/alignment-gold

Runs `w2s_squad` of the tool's wa2span_squad.py, both ways, on links drawn from a seed: per word of
either side the spans of the other side that answer, as first and last word; none as [-1, -1]. Of the
gold links of real sets, whose questions are many, a digest of all is kept. Runs
`span_to_alignment` of its get_alignment.py, both ways, on answers drawn from a seed, and keeps
the links whose mean probability is above 0.4, as its `main` does.
"""

import hashlib
import importlib.util
import json
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import numpy as np

HERE = Path(__file__).resolve().parent
PAIRS = 12


def grids() -> list[np.ndarray]:
    """Links of as many pairs, in bands, so that neighbors are often linked alike."""
    generator = np.random.default_rng(4)
    made = []
    for _ in range(PAIRS):
        m, n = generator.integers(1, 8, size=2)
        coarse = generator.random((m, n)) < 0.3
        rows, columns = (np.sort(generator.integers(0, side, side)) for side in (m, n))
        made.append(coarse[np.ix_(rows, columns)])
    return made


def real(folder: Path, name: str) -> list[np.ndarray]:
    """Gold links, sure and possible, of a set in Pharaoh form."""
    made = []
    sides = (folder / f"{name}.src-tgt").read_text(encoding="utf-8").splitlines()
    for pair, line in zip(sides, (folder / f"{name}.gold").read_text().splitlines(), strict=True):
        grid = np.zeros([len(side.split()) for side in pair.split("|||")], dtype=bool)
        for link in line.split():
            i, j = link.replace("p", "-").split("-")
            grid[int(i) - 1, int(j) - 1] = True
        made.append(grid)
    return made


def answers() -> list[tuple[np.ndarray, np.ndarray]]:
    """Per pair and both ways, per word: first and last word of a span, -1 for none, and a probability."""
    generator = np.random.default_rng(5)
    made = []
    for grid in grids():
        both = []
        for count, other in (grid.shape, grid.shape[::-1]):
            first, last = np.sort(generator.integers(0, other, (2, count)), axis=0)
            none = generator.random(count) < 0.2
            spans = np.where(none, -1, [first, last])
            both.append(np.stack([*spans, generator.random(count).round(3)], axis=1))
        made.append(tuple(both))
    return made


def digest(questions: list) -> str:
    """Of lists of numbers."""
    return hashlib.sha256(json.dumps(questions).encode()).hexdigest()


def main() -> None:
    """Ask the tool about every pair, and write what it says."""
    folder, gold = Path(sys.argv[1]), Path(sys.argv[2])
    asking, answering = (_module(folder / f"{n}.py") for n in ("wa2span_squad", "get_alignment"))
    asking.args = Namespace(q_context=False, verbose=False, context=0, whole=True)
    answering.args = Namespace(verbose=False)
    facts = {
        "tool": "nttcslab-nlp/word_align",
        "commit": "6b525b805355a3df4c69289b1de00cf362d075ac",
        "command": "python tests/golden/word_align_spans.py word_align DATA/alignment-gold",
        "questions": _questions(asking, grids()),
        "real": {
            name: digest(_questions(asking, real(gold / "pharaoh-format", name)))
            for name in ("enfr", "roen")
        },
        "links": [
            _links(answering, grid.shape, both)
            for grid, both in zip(grids(), answers(), strict=True)
        ],
    }
    (HERE / "word_align_spans.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def _texts(shape: tuple[int, ...]) -> list:
    """Words, where they begin, and the text, of either side."""
    sides = [[f"w{k}" for k in range(count)] for count in shape]
    starts = [np.cumsum([0] + [len(w) + 1 for w in side])[:-1].tolist() for side in sides]
    return list(zip(sides, starts, map(" ".join, sides), strict=True))


def _questions(tool: ModuleType, every: list[np.ndarray]) -> list:
    found = []
    for grid in every:
        for linked in (grid, grid.T):
            one, other = _texts(linked.shape)
            made = tool.w2s_squad(*one, *other, linked.astype(int), "x")
            asked = []
            for question in made["qas"]:
                words = [a["text"].split() for a in question["answers"]]
                span = [int(words[0][0][1:]), int(words[0][-1][1:])] if words else [-1, -1]
                asked.append([int(question["id"].split("_")[1]), *span])
            found.append(asked)
    return found


def _links(tool: ModuleType, shape: tuple[int, ...], both: tuple[np.ndarray, ...]) -> list:
    sides = _texts(shape)
    shares = []
    for one, other, spans in zip(sides, sides[::-1], both, strict=True):
        words, starts, _ = other
        ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
        said = {
            str(word): [
                {
                    "start_char": starts[int(first)] if first >= 0 else -1,
                    "end_char": ends[int(last)] if first >= 0 else -1,
                    "probability": share,
                }
            ]
            for word, (first, last, share) in enumerate(spans.tolist())
        }
        keys = {f"x_{word}": [word] for word in said}
        shares.append(tool.span_to_alignment(one[0], words, one[1], starts, "x", keys, said)[1])
    return np.argwhere((shares[0] + shares[1].T) / 2 > 0.4).tolist()


if __name__ == "__main__":
    main()
