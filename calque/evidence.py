"""Whether what a transfer is given is in the languages it is said to be in.

Strong evidence refuses the run, because its result would look like one and be worth nothing; weak
evidence warns. Both say their numbers: how alike letter trigrams are, 1 being one language
(`calque.languages.identify`, with the data that the limits come from).
"""

from collections.abc import Sequence
from typing import Any

from calque.errors import BadValue
from calque.languages.codes import Language
from calque.languages.identify import (
    PLAIN,
    UNLIKE,
    UNRELATED,
    closer_to,
    copied_rows,
    likeness,
    unlike,
    wrong_script,
    wrong_side,
)
from calque.languages.scripts import dominant_script
from calque.values import Bitext, Labelled, Texts

# lowest likeness of one language with itself that was seen, with room; two languages have more only
# where they are close relatives
_FAR = 0.35
_COPIES = 0.9  # share of rows that are the same on both sides above which nothing is translated


def _lettered(text: str) -> bool:
    return any(map(str.isalpha, text))


def texts_of(examples: Labelled) -> list[str]:
    """What is read of each example."""
    return [_text(row) for row in examples]


def _text(row: dict[str, Any]) -> str:
    if row.get("text") is not None:
        return row["text"]
    return " ".join(row["words"]) if "words" in row else f"{row['context']} {row['question']}"


def check_sides(
    pairs: Bitext, train: Sequence[str], test: Sequence[str], source: Language, target: Language
) -> list[str]:
    """Warnings about the sides of the parallel text; BadValue where they are plainly wrong.

    train, test: texts of the labelled examples, as references of source and target
    """
    sides = list(pairs.sources), list(pairs.targets)
    empty = sum(
        not (_lettered(one) and _lettered(other)) for one, other in zip(*sides, strict=True)
    )
    if empty > len(pairs) / 2:
        raise BadValue(f"parallel text: {empty} of {len(pairs)} pairs have a side without letters")
    for name, texts, language in zip(("source", "target"), sides, (source, target), strict=True):
        wrong = wrong_script(texts, language)
        if wrong:
            raise BadValue(
                f"the {name} side of the parallel text does not look like {language.name}: {wrong}"
            )
    same, rows = copied_rows(*sides)
    if rows and same > _COPIES * rows:
        raise BadValue(
            f"parallel text: {same} of {rows} rows are the same on both sides; nothing is translated there"
        )
    first, second = closer_to(sides[0], train, test), closer_to(sides[1], test, train)
    if first and second and _plain(first) and _plain(second):
        raise BadValue(
            "the sides of the parallel text are swapped: letter trigrams of the first are "
            f"{first[1]:.2f} like --test and {first[0]:.2f} like --train, those of the second "
            f"{second[1]:.2f} like --train and {second[0]:.2f} like --test; put {source.name} first"
        )
    if second and _strong(second):
        raise BadValue(
            f"the target side of the parallel text is not {target.name}: letter trigrams are "
            f"{second[1]:.2f} like --train and {second[0]:.2f} like --test"
        )
    wrong = wrong_side(*sides, train, test)
    found = (
        [f"parallel text: {empty} of {len(pairs)} pairs have a side without letters"]
        if empty
        else []
    )
    return found + ([f"parallel text: {wrong}"] if wrong else [])


def check_text(
    name: str, text: Texts, own: Sequence[str], train: Sequence[str], target: Language
) -> list[str]:
    """Warnings about plain text of the target; BadValue where it is plainly another language's.

    name: the file; own: other texts of the target; train: texts of the source
    """
    lines = list(text)
    if not any(any(map(str.isalpha, line)) for line in lines):
        raise BadValue(f"{name}: no text in it")
    wrong = wrong_script(lines, target)
    if wrong:
        raise BadValue(
            f"{name}: does not look like {target.name}: {wrong}; if it is, say the script with the "
            f"language: {target.code}_{dominant_script(' '.join(lines))}"
        )
    return in_source(name, lines, own, train, target) or _unlike(name, lines, own)


def in_source(
    name: str, texts: Sequence[str], own: Sequence[str], train: Sequence[str], target: Language
) -> list[str]:
    """Warnings about texts that look like the source's; BadValue where they plainly are.

    name: file or flag that the texts are from; own: other texts of the target, where there are any
    """
    found = closer_to(texts, own, train)
    if found:
        reason = (
            f"{name}: looks like the source language rather than {target.name}: letter trigrams are "
            f"{found[1]:.2f} like --train and {found[0]:.2f} like the other {target.name} texts"
        )
        if _strong(found):
            raise BadValue(reason)
        return [reason]
    to_source = likeness(texts, train) if likeness(texts, own) is None else None
    if to_source is not None and to_source > UNRELATED:
        return [
            f"{name}: looks like the source language: letter trigrams are {to_source:.2f} like --train, "
            f"where two languages rarely pass {UNRELATED}"
        ]
    return []


def check_content(name: str, examples: Labelled) -> list[str]:
    """Warnings about examples without text and labels that differ in case; BadValue where none has text."""
    flag = f"--{name.replace('_', '-')}"
    texts = texts_of(examples)
    empty = sum(not any(map(str.isalnum, text)) for text in texts)
    if empty == len(texts):
        raise BadValue(f"{flag}: none of the {empty} examples has a letter in its text")
    words = [word for row in examples for word in row.get("words", ())]
    spaced = sum(" " in word.strip() for word in words)
    if spaced > len(words) / 2:
        raise BadValue(
            f"{flag}: {spaced} of {len(words)} words have spaces in them; tags need a word per line, and an "
            "empty line between sentences"
        )
    found = (
        [f"{flag}: {empty} of {len(texts)} examples have no letter in their text"] if empty else []
    )
    folded: dict[str, list[str]] = {}
    for label in examples.labels:
        folded.setdefault(label.casefold(), []).append(label)
    for alike in folded.values():
        if len(alike) > 1:
            listed = ", ".join(f"'{label}'" for label in alike)
            found.append(f"{flag}: labels that differ in case alone count as different: {listed}")
    return found


def check_script(name: str, examples: Labelled, language: Language) -> list[str]:
    """A warning where labelled examples are in another script than their language is written in."""
    wrong = wrong_script(texts_of(examples), language)
    return [f"--{name.replace('_', '-')}: {wrong}"] if wrong else []


def _unlike(name: str, texts: Sequence[str], own: Sequence[str]) -> list[str]:
    wrong = unlike(texts, own)
    return [f"{name}: {wrong}; the reference is --test"] if wrong else []


def _plain(found: tuple[float, float]) -> bool:
    """Whether it is the other's language, and closer to it than in any right order of the calibration."""
    return found[1] >= UNLIKE and found[1] > found[0] + PLAIN


def _strong(found: tuple[float, float]) -> bool:
    """The same, and the own reference so far that it cannot be the topic or a close relative.

    Texts of one narrow topic are as unlike other texts of their language as those of two languages:
    commands to a phone and news, both Serbian, have 0.44.
    """
    return _plain(found) and found[0] < _FAR
