"""Answers carried over word links, against the answers that people marked in translated paragraphs.

python -m benchmarks.carried_answers [--languages deu spa rus hin] [--json]

XQuAD's paragraphs stand in English and, translated by people, in the others, and so do questions and answers. Sentences (as
XQuAD-R cuts them) are pairs where a paragraph has as many in both languages, else the whole paragraph is one. Links are
learned from these pairs and NTREX-128. Every question is asked in English about the translated paragraph
(`generation.cross`); exact match and F1 are of its answer's words without case and punctuation, 0 for a lost one. Rows:

whole    an answer that arrived changed is trouble, as in the recipe
any      what arrived counts, changed or not
kept     of the answers that arrived as wholes alone
copied   the English answer, wherever it stands: names and numbers that are written alike
"""

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.common import data_folder, parallel
from calque import part
from calque.languages.words import spaced, word_texts
from calque.values import Bitext, Labelled, Links

CODES = {"deu": "de", "spa": "es", "rus": "ru", "hin": "hi", "tur": "tr", "ell": "el", "vie": "vi"}


def measured(data: Path, language: str, work: Path) -> Iterator[dict[str, Any]]:
    """Rows of one language."""
    clock = time.process_time()
    pairs, asked = questions(data, language)
    more = part("data.bitext")(parallel(data, language, work), source="eng", target=language)
    every = part("data.pooled_pairs")([pairs, more])
    links: list[Links] = part("wordalign.agreement")(every, prefix=5, threshold=0.05)
    rows = [one["pair"] for one in asked]
    view = part("data.view")(pairs.take(rows), [links[row] for row in rows])
    tagged = Labelled.of([{k: one[k] for k in ("words", "tags")} for one in asked], "tags", "eng")
    projected = part("projection.by_links")(tagged, view)
    made = [
        {"context": spaced(one["words"]), "question": one["question"], "answer": one["answer"]}
        | {"start": spaced(one["words"]).find(one["answer"])}
        for one in asked
    ]
    places = {"row": pa.array(range(len(made))), "span": pa.array(np.zeros(len(made), np.int64))}
    english = Labelled.of(made, "answer", "eng").with_columns(**places)
    cross = part("generation.cross")
    whole, anything = (cross(english, projected, whole=own) for own in (True, False))
    gold = [one["gold"] for one in asked]
    found = {name: one.table["answer"].to_pylist() for name, one in
             (("whole", whole), ("any", anything))}  # fmt: skip
    found["copied"] = [one["answer"] for one in asked]
    kept = [k for k, answer in enumerate(found["whole"]) if answer is not None]
    seconds = time.process_time() - clock
    facts = {"language": language, "seconds": seconds}
    for way, answers in found.items():
        yield facts | {"way": way} | scored(answers, gold)
    yield (
        facts | {"way": "kept"} | scored([found["whole"][k] for k in kept], [gold[k] for k in kept])
    )


def questions(data: Path, language: str) -> tuple[Bitext, list[dict[str, Any]]]:
    """Sentence pairs, and per question its pair, the English words with the answer tagged and the gold answer."""
    folder = data / "xquad-r"
    sides = [_paragraphs(folder / f"{code}.json") for code in ("en", CODES[language])]
    pairs, asked = [], []
    for english, other in zip(*sides, strict=True):
        same = len(english["sentence_breaks"]) == len(other["sentence_breaks"])
        cuts = [_cuts(one) if same else [(0, len(one["context"]))] for one in (english, other)]
        first = len(pairs)
        for (a, b), (c, d) in zip(*cuts, strict=True):
            own = word_texts(english["context"][a:b], "eng")
            new = word_texts(other["context"][c:d], language)
            pairs.append((spaced(own), spaced(new)))
        answers = {qa["id"]: qa["answers"][0]["text"] for qa in other["qas"]}
        for qa in english["qas"]:
            start, text = qa["answers"][0]["answer_start"], qa["answers"][0]["text"]
            place = max(k for k, (a, _) in enumerate(cuts[0]) if a <= start)
            a, b = cuts[0][place]
            tagged = _tagged(english["context"][a:b], start - a, start - a + len(text))
            if tagged:
                asked.append(
                    tagged
                    | {"pair": first + place, "question": qa["question"], "gold": answers[qa["id"]]}
                )
    return Bitext.of(pairs, "eng", language, tokenized=True), asked


def _paragraphs(path: Path) -> list[dict]:
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def _cuts(paragraph: dict) -> list[tuple[int, int]]:
    """Sentences from where they begin to where the next does."""
    starts = [start for start, _ in paragraph["sentence_breaks"]]
    return list(zip([0, *starts[1:]], [*starts[1:], len(paragraph["context"])], strict=True))


def _tagged(text: str, start: int, end: int) -> dict[str, Any]:
    """Words, and tags of those that touch the answer; nothing where none does."""
    words = word_texts(text, "eng")
    tags, place = [], 0
    for word in words:
        place = text.index(word, place)
        inside = place < end and place + len(word) > start
        tags.append(("I-X" if "B-X" in tags else "B-X") if inside else "O")
        place += len(word)
    answer = spaced([word for word, tag in zip(words, tags, strict=True) if tag != "O"])
    return {"words": words, "tags": tags, "answer": answer} if answer else {}


def scored(answers: list, gold: list[str]) -> dict[str, Any]:
    """Exact match, F1 and the share of answers that there are, with the interval of F1."""
    pairs = [(_words(a or ""), _words(b)) for a, b in zip(answers, gold, strict=True)]
    exact = np.array([a == b for a, b in pairs], dtype=float)
    f1 = np.array([_f1(Counter(a), Counter(b)) for a, b in pairs])
    draws = np.random.default_rng(0).integers(len(pairs), size=(1000, len(pairs)))
    low, high = np.percentile(f1[draws].mean(axis=1), [2.5, 97.5])
    there = sum(answer is not None for answer in answers) / len(answers)
    figures = {"exact": exact.mean(), "f1": f1.mean(), "low": low, "high": high, "there": there}
    return {name: float(value) for name, value in figures.items()} | {"n": len(pairs)}


def _words(text: str) -> list[str]:
    kept = (" " if unicodedata.category(c)[0] in "PS" else c for c in text.casefold())
    return re.split(r"\s+", "".join(kept).strip())


def _f1(made: Counter, wanted: Counter) -> float:
    both = sum((made & wanted).values())
    return 2 * both / (sum(made.values()) + sum(wanted.values())) if both else 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=["deu", "spa", "rus", "hin"])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with TemporaryDirectory() as work:
        for language in asked.languages:
            for row in measured(data_folder(), language, Path(work)):
                if asked.json:
                    print(json.dumps(row), flush=True)
                    continue
                figures = [f"{100 * row[name]:.1f}" for name in ("exact", "f1", "low", "high")]
                print(
                    f"| {language} | {row['way']} | {figures[0]} | {figures[1]} ({figures[2]}-{figures[3]}) "
                    f"| {100 * row['there']:.1f} | {row['n']} | {row['seconds']:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
