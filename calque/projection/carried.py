"""What projectors share: spans of examples as arrays, and examples of the target with an account.

A projector says for every span where it went and how sure that is; what follows is the same for all:
spans that meet are settled, tags written, and every span is accounted for as kept, changed or lost.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from calque.errors import BadValue
from calque.languages.words import words_of
from calque.values import Labelled, Texts, View

OUTCOMES = ("kept", "changed", "lost")
ACCOUNT = pa.list_(
    pa.struct(
        [
            ("kind", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("new_start", pa.int32()),
            ("new_end", pa.int32()),
            ("outcome", pa.string()),
            ("reason", pa.string()),
            ("confidence", pa.float32()),
        ]
    )
)


@dataclass
class Spans:
    """Spans of all examples one after the other, in the order of their rows and starts.

    row, start, end: [k]  example, first word, word after the last
    kind:            [k]  place of the type in `kinds`
    sizes:           words of each example
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    kind: np.ndarray
    kinds: tuple[str, ...]
    sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def first(self) -> np.ndarray:
        """[k] first word of each span among the words of all examples."""
        return (np.cumsum(self.sizes) - self.sizes)[self.row] + self.start

    def of_words(self) -> np.ndarray:
        """[w] the span that each word of all examples lies in, -1 for none."""
        found = np.full(int(self.sizes.sum()), -1)
        places, lengths = _places(self.first, self.end - self.start)
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


@dataclass
class Found:
    """What a projector found for each of k spans.

    start, end: [k]  words of the target text, 0 and 0 for a span without any
    confidence: [k]  in [0, 1], 0 for a span without any
    reason:     [k]  what happened to a span, "" where it is whole
    """

    start: np.ndarray
    end: np.ndarray
    confidence: np.ndarray
    reason: np.ndarray

    def lose(self, where: np.ndarray) -> None:
        """Take the target words of these spans away."""
        for column in (self.start, self.end, self.confidence):
            column[where] = 0


def source_spans(part: str, examples: Labelled, view: View) -> tuple[Spans, Target]:
    """Spans of examples and words of the texts they became; BadValue where the two do not fit."""
    if examples.task not in ("tags", "slots"):
        raise BadValue(
            f"{part}: examples of task '{examples.task}' have no spans; tags and slots do"
        )
    spans = spans_of(examples.table["tags"])
    target = Target.of(view.rewritten)
    grids = [links.size for links in view.word_links()]
    if len(grids) != len(examples):
        raise BadValue(f"{part}: {len(examples)} examples and a view of {len(grids)} texts")
    old = np.array([size for size, _ in grids], dtype=np.int64)
    wrong = np.flatnonzero(old != spans.sizes)
    if len(wrong):
        row = int(wrong[0])
        raise BadValue(
            f"{part}: example {row} has {spans.sizes[row]} words, the text of the view {old[row]}; "
            "its texts must be those of data.written"
        )
    return spans, target


def spans_of(tags: pa.ChunkedArray) -> Spans:
    """Spans of lists of IOB2 tags: as conlleval has it, an I- that follows no span of its type begins one."""
    column = tags.combine_chunks()
    sizes = column.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    coded = column.flatten().dictionary_encode()
    names = coded.dictionary.to_pylist()
    in_spans = [name[:2] in ("B-", "I-") for name in names]
    kinds = tuple(dict.fromkeys(n[2:] for n, inside in zip(names, in_spans, strict=True) if inside))
    place = {kind: k for k, kind in enumerate(kinds)}
    of_name = [place[n[2:]] if inside else -1 for n, inside in zip(names, in_spans, strict=True)]
    codes = coded.indices.to_numpy()
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


def _places(first: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every place from `first` on, `lengths` of them each, and the lengths."""
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(first, lengths) + within, lengths


def _bare(word: str) -> bool:
    return all(unicodedata.category(character)[0] in "PS" for character in word)


def carried(
    examples: Labelled, target: Target, spans: Spans, found: Found, *, longer: bool = False
) -> Labelled:
    """The examples in the other language, with an account of every span in the column `account`.

    Spans that meet are settled first (`settle`). What else the examples have is kept.

    longer: whether of spans that meet the longest stays, else the surest
    """
    settle(spans, found, longer)
    names = ["O", *(f"{p}-{kind}" for kind in spans.kinds for p in "BI")]
    codes = np.zeros(int(target.sizes.sum()), dtype=np.int32)
    first = target.offsets[spans.row] + found.start
    places, lengths = _places(first, found.end - found.start)
    codes[places] = np.repeat(2 * spans.kind + 2, lengths)
    codes[first[lengths > 0]] = 2 * spans.kind[lengths > 0] + 1
    ends = pa.array(np.append(0, np.cumsum(target.sizes)).astype(np.int32))
    tags = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names)).cast(pa.string())
    table = examples.table.drop_columns(["words", "tags"])
    if "account" in table.column_names:
        table = table.drop_columns(["account"])
    table = table.add_column(0, "words", target.words)
    table = table.add_column(1, "tags", pa.ListArray.from_arrays(ends, tags))
    table = table.append_column("account", _account(len(examples), spans, found))
    return Labelled(table, examples.task, target.language)


def settle(spans: Spans, found: Found, longer: bool) -> None:
    """Let no word lie in two spans: those of one type become one, else the surer or longer one stays.

    Of equals the longer or surer stays, then the one that stands first in the source. Changes `found`.
    """
    order = np.lexsort((found.end, found.start, spans.row))
    order = order[found.end[order] > 0]
    rows, starts, ends = spans.row[order], found.start[order], found.end[order]
    meets = (rows[1:] == rows[:-1]) & (starts[1:] < ends[:-1])
    for row in np.unique(rows[1:][meets]).tolist():
        _settle_one(order[rows == row].tolist(), spans.kind, found, longer)


def _settle_one(members: list[int], kind: np.ndarray, found: Found, longer: bool) -> None:
    """Settle the spans of one text, those first that stay."""

    def rank(k: int) -> tuple[float, float, int]:
        sure, long = -found.confidence[k], found.start[k] - found.end[k]
        return (long, sure, k) if longer else (sure, long, k)

    stays: list[int] = []
    for k in sorted(members, key=rank):
        met = [j for j in stays if found.start[k] < found.end[j] and found.start[j] < found.end[k]]
        if any(kind[j] != kind[k] for j in met):
            found.reason[k] = "taken by another span"
            found.lose(np.array([k]))
            continue
        for j in met:  # the same type: one span over both, which both became
            found.start[k] = min(found.start[k], found.start[j])
            found.end[k] = max(found.end[k], found.end[j])
        for j in met:
            found.start[j], found.end[j] = found.start[k], found.end[k]
        if met:
            for j in [*met, k]:
                found.reason[j] = "joined with another span"
        stays.append(k)


def _account(count: int, spans: Spans, found: Found) -> pa.ListArray:
    """One entry per span of the source: what it was, what became of it, and why."""
    there = found.end > 0
    outcome = np.where(there, (found.reason != "").astype(np.int32), 2).astype(np.int32)
    kinds = pa.array(spans.kinds, pa.string())
    columns = {
        "kind": pa.DictionaryArray.from_arrays(pa.array(spans.kind.astype(np.int32)), kinds),
        "start": pa.array(spans.start.astype(np.int32)),
        "end": pa.array(spans.end.astype(np.int32)),
        "new_start": pa.array(found.start.astype(np.int32), mask=~there),
        "new_end": pa.array(found.end.astype(np.int32), mask=~there),
        "outcome": pa.DictionaryArray.from_arrays(pa.array(outcome), pa.array(OUTCOMES)),
        "reason": pa.array(found.reason, pa.string()),
        "confidence": pa.array(found.confidence.astype(np.float32)),
    }
    fields = list(ACCOUNT.value_type)
    arrays = [columns[field.name].cast(field.type) for field in fields]
    sizes = np.bincount(spans.row, minlength=count)
    ends = pa.array(np.append(0, np.cumsum(sizes)).astype(np.int32))
    return pa.ListArray.from_arrays(ends, pa.StructArray.from_arrays(arrays, fields=fields))
