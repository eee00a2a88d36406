"""Utterances with their slots in brackets, and the instructions that ask for one; both are read back.

An utterance is its words with a space between any two, a slot stands as "[2 New York ]" with the number
of its label in the instruction. An instruction is one line of five sections. The sections are those of
Rosenbaum et al. 2022, "LINGUIST", section 3, https://aclanthology.org/2022.coling-1.18; how they are
spelled is ours: nothing closes them, so that a small model reads less.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from calque.errors import BadValue
from calque.maths.counts import spans

ANY = "*"  # a value that the writer is to find
_SECTIONS = ("<language>", "<intent>", "<include>", "<labels>", "<examples>")
_BREAK = "<br>"
_OWN = frozenset([*_SECTIONS, _BREAK, ANY])
_MARK = re.compile(r"(?<!\\)((?:\\\\)*)(\[\s*\d+(?=\s)|\[|\])")  # not behind a backslash of its own
_ESCAPED = re.compile(r"\\(?:([0-9a-f]+);|(.?))", re.DOTALL)

Span = tuple[int, int, str]


class NotRead(ValueError):
    """What is wrong with an utterance that a model wrote."""


@dataclass(frozen=True)
class Utterance:
    """Words, and slots as (first word, the one after the last, label), in order."""

    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str], tags: Sequence[str]) -> "Utterance":
        """From IOB2 tags; an I- that follows no slot of its label begins one, as conlleval has it."""
        found = tuple((start, end, label) for label, start, end in spans(tags))
        return cls(tuple(words), found)

    @property
    def tags(self) -> list[str]:
        """IOB2."""
        tags = ["O"] * len(self.words)
        for start, end, label in self.spans:
            tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
        return tags

    @property
    def values(self) -> list[tuple[str, tuple[str, ...]]]:
        """Label and words of each slot, in order."""
        return [(label, self.words[start:end]) for start, end, label in self.spans]

    def write(self, labels: Sequence[str]) -> str:
        """The utterance with its slots in brackets."""
        made = [_spelled(word) for word in self.words]
        for start, end, label in self.spans:
            made[start] = f"[{labels.index(label) + 1} {made[start]}"
            made[end - 1] += " ]"
        return " ".join(made)

    @classmethod
    def read(cls, text: str, labels: Sequence[str]) -> "Utterance":
        """What `write` wrote, or a model with less care for spaces; NotRead says what is wrong with it."""
        signs, slots = _parsed(text, labels)
        return cls(tuple(map(_unspelled, signs)), tuple(slots))


@dataclass(frozen=True)
class Instruction:
    """What a model is asked to write.

    include:  label and words of each slot; no words where the writer is to find them
    labels:   of all slots here, by number from 1
    examples: utterances of the intent, in whatever language
    """

    language: str
    intent: str
    include: tuple[tuple[str, tuple[str, ...] | None], ...]
    labels: tuple[str, ...]
    examples: tuple[Utterance, ...]

    def write(self) -> str:
        """One line."""
        include = [self.slot(label, words) for label, words in self.include]
        labels = [f"{k}={_spelled(label)}" for k, label in enumerate(self.labels, start=1)]
        examples = f" {_BREAK} ".join(one.write(self.labels) for one in self.examples)
        contents = (_line(self.language), _line(self.intent), " ".join(include), " ".join(labels))
        sections = zip(_SECTIONS, (*contents, examples), strict=True)
        return " ".join(part for section in sections for part in section if part)

    def slot(self, label: str, words: tuple[str, ...] | None) -> str:
        """A slot in brackets, as it stands here and in the utterance that is asked for."""
        said = " ".join(map(_spelled, words)) if words else ANY
        return f"[{self.labels.index(label) + 1} {said} ]"

    @classmethod
    def read(cls, text: str) -> "Instruction":
        """What `write` wrote; BadValue for what is no instruction."""
        parts, place = [], 0
        found = text.split()
        for section in _SECTIONS:
            if section not in found[place:]:
                raise BadValue(
                    f"generation: no section {section} in '{text[:60]}'; generation.slot_prompts "
                    "makes such instructions"
                )
            parts.append(found[place : found.index(section, place)])
            place = found.index(section, place) + 1
        language, intent, include, numbered = parts[1:]
        labels = tuple(_unspelled(one.partition("=")[2]) for one in numbered)
        try:
            asked, slots = _parsed(" ".join(include), labels)
            shown = [Utterance.read(" ".join(one), labels) for one in _broken(found[place:])]
        except NotRead as error:
            raise BadValue(f"generation: {error} in the instruction '{text[:60]}'") from None
        values = tuple(
            (name, None if asked[a:b] == [ANY] else tuple(map(_unspelled, asked[a:b])))
            for a, b, name in slots
        )
        name, kind = (" ".join(map(_unspelled, one)) for one in (language, intent))
        return cls(name, kind, values, labels, tuple(shown))


def labels_of(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    """Labels of slots, sorted."""
    return tuple(sorted({label for one in utterances for *_, label in one.spans}))


def _parsed(text: str, labels: Sequence[str]) -> tuple[list[str], list[Span]]:
    """The signs of a text that are words, as they are spelled, and its slots."""
    words: list[str] = []
    slots: list[Span] = []
    opened: tuple[int, str] | None = None
    for sign in _MARK.sub(_apart, text).split():
        if sign == "[":
            raise NotRead("a bracket without a number")
        if sign == "]":
            if opened is None:
                raise NotRead("a bracket closes nothing")
            if opened[0] == len(words):
                raise NotRead("an empty slot")
            slots.append((opened[0], len(words), opened[1]))
            opened = None
        elif sign[0] == "[":
            if opened is not None:
                raise NotRead("a slot within a slot")
            if not 1 <= int(sign[1:]) <= len(labels):
                raise NotRead("a number of no label")
            opened = (len(words), labels[int(sign[1:]) - 1])
        else:
            words.append(sign)
    if opened is not None:
        raise NotRead("a bracket is left open")
    return words, slots


def _apart(match: re.Match[str]) -> str:
    return f"{match[1]} {''.join(match[2].split())} "


def _broken(signs: list[str]) -> Iterator[list[str]]:
    if not signs:
        return
    start = 0
    for place in [k for k, sign in enumerate(signs) if sign == _BREAK] + [len(signs)]:
        yield signs[start:place]
        start = place + 1


def _line(text: str) -> str:
    return " ".join(map(_spelled, text.split()))


def _spelled(word: str) -> str:
    """A word as one sign that is none of ours: brackets, backslashes and spaces of its own are escaped."""
    if word in _OWN:
        return "\\" + word
    if not word:
        return "\\;"
    if word.isalnum():
        return word
    return "".join(
        f"\\{c}" if c in "[]\\" else f"\\{ord(c):x};" if c.isspace() or c == "\0" else c
        for c in word
    )


def _unspelled(sign: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code, character = match.groups()
        if code is not None:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else match[0]
        return "" if character == ";" else character

    return _ESCAPED.sub(plain, sign) if "\\" in sign else sign
