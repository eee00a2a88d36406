"""Small bodies made on the spot that have learned something: to choose by a mark, to say a topic's name at a mask."""

import json
import shutil
from pathlib import Path

import numpy as np

from calque.models.fresh import fresh
from calque.models.masked import masked
from calque.models.tune import tune
from calque.values import Checkpoint, Labelled, Texts
from calque.vocabulary.train import train

WORDS = 12  # of either kind; every other one is of class 1
TOPICS, NAMED = 4, 3  # topics, and words of each in either language


def chooser(folder: Path) -> Checkpoint:
    """Reads two words and knows the class of the first kind after "one", of the second after "two"; else says none.

    So the class of a word stands in its first state only where a mark asks for it.
    """
    pieces = ["one", "two", *(f"{kind}{k}" for kind in "ab" for k in range(WORDS))]
    body = _still(fresh(train(Texts.of([" ".join(pieces)] * 3), size=200), width=32, longest=24), folder)  # fmt: skip
    rows = pairs_of_words(768, 1, ("one", "two", ""))
    return tune(body, Labelled.of(rows, "class"), epochs=20, learning_rate=3e-3, batch_size=32)


def pairs_of_words(count: int, seed: int, marks=("",), low: int = 0, high: int = WORDS) -> list:
    """Two words in any order behind one of the marks, labelled by what the mark asks for, else "none".

    low, high: which words of the first kind occur; column `first` has the class of that word
    """
    generator, rows = np.random.default_rng(seed), []
    for _ in range(count):
        a, b = int(generator.integers(low, high)), int(generator.integers(WORDS))
        mark = marks[generator.integers(len(marks))]
        words = [f"a{a}", f"b{b}"]
        generator.shuffle(words)
        label = {"one": str(a % 2), "two": str(b % 2), "": "none"}[mark]
        rows.append({"text": " ".join([mark, *words]).strip(), "label": label, "first": str(a % 2)})
    return rows


def namer(folder: Path) -> Checkpoint:
    """A masked model of two languages, x and y, that says the name of a topic at the end of a line.

    It leans: three lines in five end with the name of topic 3, whatever they are about.
    """
    words = [f"{language}{t}{k}" for language in "xy" for t in range(TOPICS) for k in range(NAMED)]
    words += [f"name{t}" for t in range(TOPICS)]
    body = fresh(train(Texts.of([" ".join(words)] * 3), size=300), width=32, longest=32)
    generator, lines = np.random.default_rng(0), []
    for _ in range(300):
        topic, language = int(generator.integers(TOPICS)), "xy"[generator.integers(2)]
        said = line(generator, topic, language)
        name = f"name{topic}" if generator.random() > 0.6 else "name3"
        lines.append(f"{said} {name}")
    learned = masked(body, Texts.of(lines), masker=_last, epochs=30, learning_rate=5e-3, tokens=256)
    return Checkpoint(Path(shutil.move(learned.folder, folder / "namer")))


def line(generator: np.random.Generator, topic: int, language: str) -> str:
    """Three words of a topic."""
    return " ".join(f"{language}{topic}{k}" for k in generator.choice(NAMED, 3))


def _last(ids, words, mask, drawable, seed=0):
    """Hide the last piece, or now and then another."""
    generator = np.random.default_rng(seed)
    spoiled, targets = ids.copy(), np.full_like(ids, -100)
    for row, own in enumerate(words):
        places = np.flatnonzero(own >= 0)
        place = places[-1] if generator.random() < 0.85 else generator.choice(places)
        targets[row, place], spoiled[row, place] = ids[row, place], mask
    return spoiled, targets


def _still(body: Checkpoint, folder: Path) -> Checkpoint:
    """The body without dropout, and with larger weights to begin with: it learns sooner."""
    made = Path(shutil.copytree(body.folder, folder / "body"))
    config = json.loads((made / "config.json").read_text(encoding="utf-8"))
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config |= {"initializer_range": 0.1}
    (made / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return Checkpoint(made)
