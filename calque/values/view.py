"""Texts rewritten, with what became of what."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from calque.errors import BadValue
from calque.languages.words import words
from calque.maths.spans import met
from calque.values.base import Value
from calque.values.links import Links
from calque.values.texts import Bitext, Texts, _need_columns

_COLUMNS = ("start", "end", "new_start", "new_end")
_NUMBERS = pa.large_list(pa.int32())


@dataclass(frozen=True)
class View(Value):
    """Texts rewritten (translated, transliterated, masked, noised), linked to what they were.

    original:  the texts as they were
    rewritten: what became of each, in the same order
    spans: one row per text, columns `start`, `end`, `new_start`, `new_end`: lists of as many int32.
           (`large_list`). Characters [start, end) of the original became [new_start, new_end); in the order of `start`.
           Either may be empty: something was put in, or left out. What no span holds is linked to
           nothing. Where a span holds the same text on both sides, it links character to character
    links: one per text instead, over the words of `calque.languages.words.words_of`
    """

    original: Texts
    rewritten: Texts
    spans: pa.Table | None = None
    links: tuple[Links, ...] | None = None

    def __post_init__(self):
        count = len(self.original)
        if len(self.rewritten) != count:
            raise BadValue(f"View: {count} texts, of which {len(self.rewritten)} are rewritten")
        if (self.spans is None) == (self.links is None):
            raise BadValue("View: needs either spans of characters or links of words")
        linked = self.spans if self.links is None else self.links
        if linked is not None and len(linked) != count:
            raise BadValue(f"View: {count} texts, but links for {len(linked)}")
        if self.spans is not None:
            self._check_spans(self.spans)

    def _check_spans(self, spans: pa.Table) -> None:
        _need_columns("View", spans, _COLUMNS)
        for name in _COLUMNS:
            if spans[name].type != _NUMBERS:
                raise BadValue(f"View: column '{name}' is {spans[name].type}, not {_NUMBERS}")
        counts = [_numbers(pc.call_function("list_value_length", [spans[n]])) for n in _COLUMNS]
        for name, own in zip(_COLUMNS[1:], counts[1:], strict=True):
            if (own != counts[0]).any():
                row = int(np.argmax(own != counts[0]))
                raise BadValue(f"View: text {row} has {counts[0][row]} start, {own[row]} {name}")
        texts = np.repeat(np.arange(len(spans)), counts[0])
        flat = {
            name: _numbers(pc.call_function("list_flatten", [spans[name]])) for name in _COLUMNS
        }
        for first, last, side in (
            ("start", "end", self.original),
            ("new_start", "new_end", self.rewritten),
        ):
            length = _numbers(pc.call_function("utf8_length", [side.table["text"]]))[texts]
            wrong = (flat[first] < 0) | (flat[last] < flat[first]) | (flat[last] > length)
            if wrong.any():
                k = int(np.argmax(wrong))
                raise BadValue(
                    f"View: text {texts[k]}, {first} {flat[first][k]} and {last} {flat[last][k]} "
                    f"do not lie in a text of {length[k]} characters"
                )
        back = (np.diff(flat["start"]) < 0) & (texts[1:] == texts[:-1])
        if back.any():
            k = int(np.argmax(back)) + 1
            raise BadValue(
                f"View: text {texts[k]}, the span that starts at {flat['start'][k]} stands after "
                f"one that starts at {flat['start'][k - 1]}"
            )

    @classmethod
    def of(
        cls,
        original: Texts,
        rewritten: Texts,
        spans: Iterable[Sequence[Sequence[int]] | np.ndarray],
    ) -> "View":
        """Build from (start, end, new start, new end) of every span of every text, in any order."""
        arrays = [np.asarray(own, dtype=np.int32).reshape(-1, 4) for own in spans]
        arrays = [own[np.lexsort(own.T[::-1])] for own in arrays]
        sizes = np.array([len(own) for own in arrays], dtype=np.int64)
        return cls.packed(original, rewritten, np.concatenate([np.zeros((0, 4)), *arrays]), sizes)

    @classmethod
    def packed(
        cls, original: Texts, rewritten: Texts, spans: np.ndarray, sizes: np.ndarray
    ) -> "View":
        """Build from the spans [k, 4] of all texts one after the other, `sizes` of them per text."""
        ends = pa.array(np.append(0, np.cumsum(sizes)))
        flat = np.asarray(spans, dtype=np.int32)
        columns = {
            name: pa.LargeListArray.from_arrays(ends, pa.array(np.ascontiguousarray(column)))
            for name, column in zip(_COLUMNS, flat.T, strict=True)
        }
        return cls(original, rewritten, pa.table(columns))

    @classmethod
    def whole(cls, original: Texts, rewritten: Texts) -> "View":
        """Texts of which nothing more is known than that each as a whole became the other."""
        if len(original) != len(rewritten):
            raise BadValue(f"View: {len(original)} texts, of which {len(rewritten)} are rewritten")
        sides = (original, rewritten)
        old, new = (_numbers(pc.call_function("utf8_length", [s.table["text"]])) for s in sides)
        spans = np.stack([np.zeros_like(old), old, np.zeros_like(new), new], axis=1)
        return cls.packed(original, rewritten, spans, np.ones(len(original), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.original)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return zip(self.original, self.rewritten, strict=True)

    def spans_of(self, row: int) -> np.ndarray:
        """[k, 4] start, end, new start, new end of each span of one text."""
        if self.spans is None:
            raise BadValue("View: it links words, not spans of characters")
        columns = [self.spans[name][row].values.to_numpy() for name in _COLUMNS]
        return np.stack(columns, axis=1)

    def word_links(self) -> Iterator[Links]:
        """Links of the words of each text: those whose characters are linked, or what was given."""
        if self.links is not None:
            yield from self.links
            return
        for row, (old, new) in enumerate(self):
            sources = _places(old, self.original.tokenized)
            targets = _places(new, self.rewritten.tokenized)
            spans = _by_character(self.spans_of(row), old, new)
            yield Links(met(spans, sources, targets), (len(sources), len(targets)))

    @property
    def bitext(self) -> Bitext:
        """Every text beside what became of it; tokenized where both are."""
        table = pa.table(
            {"source": self.original.table["text"], "target": self.rewritten.table["text"]}
        )
        both = self.original.tokenized and self.rewritten.tokenized
        return Bitext(table, self.original.language, self.rewritten.language, both)

    def take(self, rows: Sequence[int] | np.ndarray) -> "View":
        """The texts at these positions, in the order given."""
        spans, links = self.spans, self.links
        if spans is not None:
            spans = spans.take(pa.array(np.asarray(rows, dtype=np.int64)))
        if links is not None:
            links = tuple(links[int(row)] for row in rows)
        return View(self.original.take(rows), self.rewritten.take(rows), spans, links)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.to_numpy()


def _places(text: str, tokenized: bool) -> np.ndarray:
    """[m, 2] start and end of each word, as `words_of` cuts them."""
    if not tokenized:
        return np.array([word[1:] for word in words(text)], dtype=np.int64).reshape(-1, 2)
    pieces = text.split(" ")
    lengths = np.array([len(piece) for piece in pieces])
    starts = np.cumsum(lengths + 1) - lengths - 1
    return np.stack([starts, starts + lengths], axis=1)[lengths > 0]


def _by_character(spans: np.ndarray, old: str, new: str) -> np.ndarray:
    """The spans, those of equal text cut into characters."""
    start, end, new_start, new_end = spans.T
    long = np.flatnonzero((end - start > 1) & (end - start == new_end - new_start))
    sizes = np.ones(len(spans), dtype=np.int64)
    for k in long.tolist():
        if old[start[k] : end[k]] == new[new_start[k] : new_end[k]]:
            sizes[k] = end[k] - start[k]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    cut = np.repeat(spans, sizes, axis=0)
    several = np.repeat(sizes > 1, sizes)
    for first, last in ((0, 1), (2, 3)):
        cut[several, first] += within[several]
        cut[several, last] = cut[several, first] + 1
    return cut
