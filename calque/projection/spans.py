"""Spans of labelled examples as arrays, and the words of the texts that theirs became."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from calque.errors import BadValue
from calque.languages.words import words, words_of
from calque.values import Labelled, Links, Texts, View

ANSWER = "answer"


@dataclass
class Spans:
    """Spans of all examples one after the other, in the order of their rows and starts.

    row, start, end: [k]  example, first word, word after the last
    kind:            [k]  place of the type in `kinds`
    sizes:           words of each example
    form:            "spans" of IOB2 tags; "words", each with a tag of its own; or "answers"
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    kind: np.ndarray
    kinds: tuple[str, ...]
    sizes: np.ndarray
    form: str = "spans"

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def first(self) -> np.ndarray:
        """[k] first word of each span among the words of all examples."""
        return (np.cumsum(self.sizes) - self.sizes)[self.row] + self.start

    def of_words(self) -> np.ndarray:
        """[w] the span that each word of all examples lies in, -1 for none."""
        found = np.full(int(self.sizes.sum()), -1)
        places, lengths = places_of(self.first, self.end - self.start)
        found[places] = np.repeat(np.arange(len(self)), lengths)
        return found


@dataclass
class Target:
    """The words of all rewritten texts.

    words: a list array of strings, one list per text
    """

    words: pa.ListArray
    language: str

    @classmethod
    def of(cls, texts: Texts) -> "Target":
        """Cut texts into their words."""
        column = texts.table["text"].combine_chunks()
        if texts.tokenized:
            words = pc.call_function("split_pattern", [column], pc.SplitPatternOptions(" "))
            if not pc.call_function(
                "any", [pc.call_function("equal", [words.flatten(), ""])]
            ).as_py():
                return cls(words, texts.language)
        words = pa.array([words_of(text, texts.tokenized) for text in texts], pa.list_(pa.string()))
        return cls(words, texts.language)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Words of each text."""
        return self.words.value_lengths().to_numpy().astype(np.int64)

    @cached_property
    def offsets(self) -> np.ndarray:
        """Words of all texts before each."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def bare(self) -> np.ndarray:
        """[w] whether a word holds nothing but punctuation and symbols."""
        coded = self.words.flatten().dictionary_encode()
        of_word = np.array([_bare(word) for word in coded.dictionary.to_pylist()], dtype=bool)
        return of_word[coded.indices.to_numpy()]


def read(part: str, examples: Labelled, view: View) -> tuple[Spans, Target, list[Links]]:
    """Spans of examples, words of the texts they became and their links; BadValue where these do not fit."""
    spans = spans_of(part, examples)
    links = list(view.word_links())
    if len(links) != len(examples):
        raise BadValue(f"{part}: {len(examples)} examples and a view of {len(links)} texts")
    old = np.array([one.size[0] for one in links], dtype=np.int64)
    wrong = np.flatnonzero(old != spans.sizes)
    if len(wrong):
        row = int(wrong[0])
        raise BadValue(
            f"{part}: example {row} has {spans.sizes[row]} words, the text of the view {old[row]}; "
            "its texts must be those of data.written"
        )
    return spans, Target.of(view.rewritten), links


def spans_of(part: str, examples: Labelled) -> Spans:
    """Spans of examples; BadValue where their task has none."""
    if examples.task in ("tags", "slots"):
        return _of_tags(examples.table["tags"])
    if examples.task == "answer":
        return _of_answers(examples)
    raise BadValue(
        f"{part}: examples of task '{examples.task}' have no spans; tags, slots and answer do"
    )


def _of_tags(tags: pa.ChunkedArray) -> Spans:
    """Spans of IOB2 tags, or every word that has a tag where the tags are of another kind."""
    column = tags.combine_chunks()
    sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    coded = column.flatten().dictionary_encode()
    names = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(-1).to_numpy()
    if all(name == "O" or name[:2] in ("B-", "I-") for name in names):
        return _of_iob2(names, codes, sizes)
    row = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    tagged = codes >= 0
    start = place[tagged]
    return Spans(row[tagged], start, start + 1, codes[tagged], tuple(names), sizes, "words")


def _of_iob2(names: list[str], codes: np.ndarray, sizes: np.ndarray) -> Spans:
    """As conlleval has it, an I- that follows no span of its type begins one."""
    names = [*names, "O"]  # a missing tag is the last
    in_spans = [name[:2] in ("B-", "I-") for name in names]
    kinds = tuple(dict.fromkeys(n[2:] for n, inside in zip(names, in_spans, strict=True) if inside))
    place = {kind: k for k, kind in enumerate(kinds)}
    of_name = [place[n[2:]] if inside else -1 for n, inside in zip(names, in_spans, strict=True)]
    kind = np.array(of_name, dtype=np.int64)[codes]
    opens = np.array([name[:2] == "B-" for name in names], dtype=bool)[codes]
    row = np.repeat(np.arange(len(sizes)), sizes)
    fresh = np.ones(len(kind), dtype=bool)  # the word before is of another text or kind
    fresh[1:] = (row[1:] != row[:-1]) | (kind[1:] != kind[:-1])
    first = np.flatnonzero((kind >= 0) & (opens | fresh))
    stops = np.append(np.flatnonzero(opens | fresh), len(kind))
    last = stops[np.searchsorted(stops, first, side="right")]
    before = (np.cumsum(sizes) - sizes)[row[first]]
    return Spans(row[first], first - before, last - before, kind[first], kinds, sizes)


def _of_answers(examples: Labelled) -> Spans:
    """The words that answers share a character with; a question without an answer has no span."""
    found, sizes = [], []
    for row, example in enumerate(examples):
        cut = words(example["context"])
        sizes.append(len(cut))
        start, answer = example["start"], example["answer"]
        if start is None or start < 0 or not answer:
            continue
        met = [k for k, w in enumerate(cut) if w.start < start + len(answer) and w.end > start]
        if met:
            found.append((row, met[0], met[-1] + 1))
    row, start, end = np.array(found, dtype=np.int64).reshape(-1, 3).T
    count = np.array(sizes, dtype=np.int64)
    return Spans(row, start, end, np.zeros(len(row), np.int64), (ANSWER,), count, "answers")


def places_of(first: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every place from `first` on, `lengths` of them each, and the lengths."""
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(first, lengths) + within, lengths


def _bare(word: str) -> bool:
    return all(unicodedata.category(character)[0] in "PS" for character in word)
