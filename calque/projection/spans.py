"""Spans of labelled examples as arrays, and the words of the texts that theirs became."""

import unicodedata
from collections.abc import Sequence
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
    form:            "spans" of IOB2 tags; "words", each with a tag of its own; "events", which may overlap;
                     or "answers"
    of:              [k]  the span that each belongs to, -1 for none; None where spans do not
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    kind: np.ndarray
    kinds: tuple[str, ...]
    sizes: np.ndarray
    form: str = "spans"
    of: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def first(self) -> np.ndarray:
        """[k] first word of each span among the words of all examples."""
        return (np.cumsum(self.sizes) - self.sizes)[self.row] + self.start

    def holding(self, word: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spans that hold these words of all examples, and which of the words each holds; spans may overlap."""
        places, lengths = places_of(self.first, self.end - self.start)
        order = np.argsort(places, kind="stable")
        span, places = np.repeat(np.arange(len(self)), lengths)[order], places[order]
        low, high = (np.searchsorted(places, word, side=side) for side in ("left", "right"))
        which, counts = places_of(low, high - low)
        return span[which], np.repeat(np.arange(len(word)), counts)


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


def read(
    part: str, examples: Labelled, view: View, also: Sequence[str] = ()
) -> tuple[Spans, Target, list[Links]]:
    """Spans of examples, words of the texts they became and their links; BadValue where these do not fit."""
    spans = spans_of(part, examples, also)
    links = list(view.word_links())
    if len(links) != len(examples):
        raise BadValue(f"{part}: {len(examples)} examples and a view of {len(links)} texts")
    old = np.array([one.size[0] for one in links], dtype=np.int64)
    wrong = np.flatnonzero(old != spans.sizes)
    if len(wrong):
        row = int(wrong[0])
        told = "its texts must be those of data.written"
        if "words" in examples.table.column_names and "" in examples.table["words"][row].as_py():
            told = "a word of it is empty, which no text can show: leave it out"
        raise BadValue(
            f"{part}: example {row} has {spans.sizes[row]} words, the text of the view {old[row]}; {told}"
        )
    return spans, Target.of(view.rewritten), links


def spans_of(part: str, examples: Labelled, also: Sequence[str] = ()) -> Spans:
    """Spans of examples; BadValue for tasks that have none.

    also: of "events" and "parse", whose spans overlap or have heads, what the part can carry
    """
    if examples.task in ("tags", "slots") or (examples.task == "parse" and "parse" in also):
        return _of_tags(examples.table["tags"])
    if examples.task == "answer":
        return _of_answers(examples)
    if examples.task == "events" and "events" in also:
        return _of_events(examples.table)
    raise BadValue(
        f"{part}: examples of task '{examples.task}' have no spans that it can carry; those of "
        f"{', '.join(['tags', 'slots', *also])} and answer have"
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


def _of_events(table: pa.Table) -> Spans:
    """Spans that may overlap, in the order of rows, starts and lengths, the longest first."""
    sizes = table["words"].combine_chunks().value_lengths().fill_null(0)
    found, first = [], 0
    for row, spans in enumerate(table["spans"].to_pylist()):
        spans = spans or []
        order = sorted(range(len(spans)), key=lambda k: (spans[k]["start"], -spans[k]["end"], k))
        place = {k: first + p for p, k in enumerate(order)} | {-1: -1}
        found += [
            (row, s["start"], s["end"], s["kind"], place[s["of"]])
            for s in map(spans.__getitem__, order)
        ]
        first += len(spans)
    kinds = tuple(dict.fromkeys(kind for _, _, _, kind, _ in found))
    code = {kind: k for k, kind in enumerate(kinds)}
    numbers = [(row, start, end, code[kind], of) for row, start, end, kind, of in found]
    row, start, end, kind, of = np.array(numbers, dtype=np.int64).reshape(-1, 5).T
    count = sizes.to_numpy(zero_copy_only=False).astype(np.int64)
    return Spans(row, start, end, kind, kinds, count, "events", of)


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
