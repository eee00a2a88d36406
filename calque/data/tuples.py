"""Sentences and the tuples that they say, in the formats of open information extraction.

Source: Bhardwaj et al. 2019, "CaRB: A Crowdsourced Benchmark for Open IE", https://aclanthology.org/D19-1651; Wang et al.
2023, "MT4CrossOIE", section 4.1 (OpenIE4++), https://arxiv.org/abs/2308.06552
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from calque.data.lines import Lines, Problems
from calque.data.objects import are_lines, objects
from calque.roles import reader
from calque.values import Labelled

# in the order in which CaRB reads Re-OIE2016
_PLACES = ("arg0", "arg1", "arg2", "arg3", "temp", "loc")


@reader
def tuples(
    path: Path, *, language: str = "und", scored: bool = False, drop_bad: bool = False
) -> Labelled:
    """Read one example per sentence, with its tuples in the order of the file.

    Tables of CaRB have a tuple per line: sentence, relation, arguments, between tabs; what a system found has a
    score behind the sentence. JSON is that of OpenIE4 and OpenIE4++ (a sentence with `tuples`, in lines or an array)
    or of Re-OIE2016 (one object, sentences its fields). Arguments of CaRB that begin with "C: " are a context
    and left out, as its own reader does.

    scored:   whether a table has scores; they become those of the tuples, which are 1 else
    drop_bad: leave bad lines out instead of refusing the file
    """
    problems = Problems(path, drop_bad)
    lines = Lines(path, problems)
    begins = next((text.lstrip()[:1] for _, text in lines.head() if text.strip()), "")
    found: Iterator[tuple[str, dict[str, Any] | None]]
    if begins not in ("{", "["):
        found = _of_table(lines, problems, scored)
    elif begins == "{" and not are_lines(lines):
        found = _by_sentence(lines, problems)
    else:
        found = _of_objects(lines, problems)
    sentences: dict[str, list[dict[str, Any]]] = {}
    for sentence, one in found:
        own = sentences.setdefault(" ".join(sentence.split()), [])
        own += [] if one is None else [one]
    problems.settle()
    rows = [{"words": text.split(), "tuples": own} for text, own in sentences.items()]
    return Labelled.of(rows, "tuples", language)


def _of_table(
    lines: Lines, problems: Problems, scored: bool
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    for number, line in lines:
        cells = [cell.strip() for cell in line.strip().split("\t")]
        if not line.strip():
            continue
        score = _number(cells.pop(1)) if scored and len(cells) > 1 else 1.0
        if len(cells) < 2 or score is None:
            problems.add(
                number,
                f"expected sentence, {'score, ' if scored else ''}relation and arguments between tabs, found "
                f"{line.count(chr(9)) + 1} columns",
            )
            continue
        sentence, relation, *arguments = cells
        kept = [one for one in arguments if "C: " not in one]
        yield sentence, {"relation": relation, "arguments": kept, "score": score}


def _of_objects(lines: Lines, problems: Problems) -> Iterator[tuple[str, dict[str, Any] | None]]:
    for number, thing in objects(lines):
        words, inner = thing.get("sentence_tokenized"), thing.get("tuples")
        sentence = " ".join(map(str, words)) if isinstance(words, list) else thing.get("sentence")
        if not isinstance(sentence, str) or not _are_objects(inner):
            problems.add(number, "an object without a 'sentence' and 'tuples', a list of objects")
            continue
        yield sentence, None
        for one in inner:
            rest, score = one.get("args") or [], one.get("score")
            score = 1.0 if score is None else score
            if not isinstance(rest, list) or not isinstance(score, (int, float)):
                problems.add(
                    number, "a tuple whose 'args' are no list, or whose 'score' is no number"
                )
                continue
            arguments = [str(one.get("arg0", "")), *map(str, rest)]
            made = {"relation": str(one.get("relation", "")), "arguments": arguments}
            yield sentence, made | {"score": float(score)}


def _by_sentence(lines: Lines, problems: Problems) -> Iterator[tuple[str, dict[str, Any] | None]]:
    for number, thing in objects(lines):
        for sentence, inner in thing.items():
            if not _are_objects(inner) or not all("pred" in one for one in inner):
                problems.add(number, f"no list of objects with 'pred' for '{sentence[:40]}'")
                continue
            yield sentence, None
            for one in inner:
                relation = str(one["pred"]).strip()
                # a relation that no word of the sentence says
                relation = "[is]" if relation == "<be>" else relation.replace("<be> ", "")
                arguments = [str(one[name]) for name in _PLACES if one.get(name)]
                yield sentence, {"relation": relation, "arguments": arguments, "score": 1.0}


def _are_objects(item: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(item, list) and all(isinstance(one, dict) for one in item)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
