"""Markers put into texts that are given, where a translator finds them likeliest."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.languages.cutting import cut
from calque.maths.insertion import best_insertions
from calque.models.folder import device
from calque.models.forcing import Forced, chosen_logs, in_lots
from calque.models.translating import Way
from calque.progress import track
from calque.values import Bitext

_CHUNK = 512  # spans whose states are held at a time
_WINDOW, _SLIGHT = 5, 0.1  # of the paper: what is near a change counts where it changes by a tenth


@dataclass(frozen=True)
class Search:
    """How to look for places; settings of `models.insert`."""

    best: int
    change: float | None
    ahead: int | None

    def starts(self, plain: np.ndarray, marked: np.ndarray, allowed: np.ndarray) -> np.ndarray:
        """Places to open: all, or those where markers in the source change what a piece is likely to be."""
        if self.change is None:
            return allowed
        changed = np.abs(marked - plain)[:-1]
        core = np.flatnonzero(changed >= self.change)
        distance = np.abs(np.arange(len(changed))[:, None] - core[None]).min(
            axis=1, initial=_WINDOW + 1
        )
        near = np.flatnonzero((distance <= _WINDOW) & (changed >= _SLIGHT))
        found = np.intersect1d(near, allowed)
        return found if len(found) else allowed


@dataclass
class Inserted:
    """What was found.

    places: per span [k, 3] first word of the target, the one after its last, log probability of all; the
            likeliest first, none where a text has no pieces or too many
    unfit:  spans without any, of texts that have words
    pieces: that the decoder read
    every:  pieces that it would read to write every insertion
    """

    places: list[np.ndarray]
    unfit: int = 0
    pieces: int = 0
    every: int = 0


def inserted(
    forced: Forced,
    bitext: Bitext,
    spans: np.ndarray,
    markers: Sequence[str],
    search: Search,
    where: str,
) -> Inserted:
    """Find the best places of every span's markers in the target.

    spans: [k, 3] pair, first word of the source, the one after its last
    """
    writer = _Writer.of(forced, bitext, markers, where)
    found = Inserted([np.zeros((0, 3))] * len(spans))
    for lot in track(list(in_lots(len(spans), _CHUNK)), "inserting markers"):
        some = list(lot)
        pairs = bitext.take(spans[some, 0])
        rows = [writer.row(*pair, *spans[k, 1:]) for k, pair in zip(some, pairs, strict=True)]
        fits = [n for n, row in enumerate(rows) if row is not None]
        found.unfit += sum(
            row is None and bool(target.strip())
            for row, (_, target) in zip(rows, pairs, strict=True)
        )
        kept: list[_Row] = [row for row in rows if row is not None]
        states = forced.read([row.marked for row in kept])
        first = forced.logs(states, [row.target for row in kept], writer.opening, writer.way.first)
        plain = first
        if search.change is not None:
            unmarked = forced.read([row.plain for row in kept])
            plain = forced.logs(unmarked, [row.target for row in kept], first=writer.way.first)
            found.pieces += sum(len(row.target) + 1 for row in kept)
        for n, row, state, logs, without in zip(fits, kept, states, first, plain, strict=True):
            decoder = _Decoder(writer, state, row.target)
            insertions = best_insertions(
                logs,
                search.starts(without[:, 0], logs[:, 0], row.starts),
                row.ends,
                decoder,
                best=search.best,
                ahead=search.ahead,
                size=max(1, forced.tokens // (len(row.target) + 3)),
            )
            found.places[some[n]] = np.array(
                [(row.word[i], row.word[j - 1] + 1, score) for i, j, score in insertions]
            ).reshape(-1, 3)
            found.pieces += len(row.target) + 1 + decoder.pieces
            count = int((row.ends[None] > row.starts[:, None]).sum())
            found.every += count * (len(row.target) + 3)
    return found


@dataclass(frozen=True)
class _Row:
    """A span: what the model reads with its markers and without, pieces of the target and their words.

    starts, ends: places where words begin, and behind which they end
    """

    marked: np.ndarray
    plain: np.ndarray
    target: np.ndarray
    word: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True)
class _Writer:
    """Writes spans as ids.

    opening, closing: ids of the markers in the target
    """

    forced: Forced
    markers: Sequence[str]
    way: Way
    reads: np.ndarray
    writes: np.ndarray
    opening: int
    closing: int
    tokenized: bool

    @classmethod
    def of(cls, forced: Forced, bitext: Bitext, markers: Sequence[str], where: str) -> "_Writer":
        own = forced.translator
        if len(markers) != 2 or isinstance(markers, str):
            raise BadSetting(f"{where}: markers must be two, one that opens and one that closes")
        way = own.way(bitext.source, bitext.target, where)
        reads, writes = own.place(bitext.source), own.place(bitext.target)
        pieces = own.cut(markers)
        unknown = own.vocabulary.role_id("unk")
        for marker, ids in zip(markers, pieces, strict=True):
            if len(ids) != 1 or ids[0] == unknown:
                raise BadFile(
                    f"{where}: the model has no piece of its own for the marker '{marker}'; train its "
                    "vocabulary on text with markers (projection.mark_pairs), or take another marker"
                )
        opening, closing = (int(writes[ids[0]]) for ids in pieces)
        if opening == closing:
            raise BadSetting(f"{where}: the markers must differ, got {' '.join(markers)}")
        return cls(forced, markers, way, reads, writes, opening, closing, bitext.tokenized)

    def row(self, source: str, target: str, start: int, end: int) -> _Row | None:
        """A span as ids; None where a text has no pieces, or too many."""
        own = self.forced.translator
        words = cut(source, tokenized=self.tokenized)
        if not 0 <= start < end <= len(words):
            raise BadValue(f"models.insert: words {start} to {end} of a text with {len(words)}")
        a, b = words[start].start, words[end - 1].end
        marked = f"{source[:a]}{self.markers[0]} {source[a:b]} {self.markers[1]}{source[b:]}"
        written, word = self._pieces(target)
        reads = [self.way.reads(self.reads[ids], own.end) for ids in own.cut([marked, source])]
        if (
            not len(written)
            or len(self.way.first) + len(written) + 3 > own.longest
            or len(reads[0]) > own.longest
        ):
            return None
        begins = np.append(True, word[1:] != word[:-1])
        ends = np.append(np.flatnonzero(begins)[1:], len(word))
        starts = np.flatnonzero(begins)
        return _Row(reads[0], reads[1], self.writes[written], word, starts, ends)

    def _pieces(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Pieces of a text, and the word that each belongs to; one of space alone to the next."""
        words = cut(text, tokenized=self.tokenized)
        encoding = self.forced.translator.encodings([text])[0]
        ids = np.array(encoding.ids, dtype=np.int64)
        last = np.array([end for _, end in encoding.offsets], dtype=np.int64) - 1
        ends = np.array([word.end for word in words], dtype=np.int64)
        if not len(words):
            return ids[:0], ids[:0]
        return ids, np.searchsorted(ends, last, side="right").clip(max=len(words) - 1)


@dataclass
class _Decoder:
    """What a model thinks of one target with markers in it; what stands before is read once.

    state: [l, d] of the source; pieces: read so far
    """

    writer: _Writer
    state: torch.Tensor
    target: np.ndarray
    pieces: int = 0
    cache: Any = None
    rows: dict[int, int] = field(default_factory=dict)

    def opened(self, starts: Sequence[int]) -> list[np.ndarray]:
        """Log probabilities behind an opening marker at each start; see `maths.insertion.Decoder`."""
        own, t = self.writer.forced.translator, self.target
        ids = np.stack(
            [
                np.concatenate(
                    [[own.start], self.writer.way.first, t[:i], [self.writer.opening], t[i:]]
                ).astype(np.int64)
                for i in starts
            ]
        )
        wanted = [np.append(t[i:], own.end) for i in starts]
        self.rows = {start: row for row, start in enumerate(starts)}
        logits, self.cache = self._run(ids, None)
        found = []
        for row, some in zip(logits, wanted, strict=True):
            asked = np.stack([some, np.full(len(some), self.writer.closing)], axis=1)
            place = torch.from_numpy(asked).to(row.device)[None]
            found.append(chosen_logs(row[None, -len(some) :], place)[0])
        return found

    def closed(self, starts: Sequence[int], end: int) -> list[np.ndarray]:
        """Log probabilities behind a closing marker; see `maths.insertion.Decoder`."""
        own, t = self.writer.forced.translator, self.target
        cache = copy.deepcopy(self.cache)
        cache.reorder_cache(torch.tensor([self.rows[i] for i in starts], device=self.state.device))
        if end < len(t):
            cache.crop(end - len(t))
        ids = np.repeat(np.append(self.writer.closing, t[end:])[None], len(starts), axis=0)
        logits, _ = self._run(ids, cache)
        wanted = torch.from_numpy(np.append(t[end:], own.end)).to(logits.device)
        asked = wanted.expand(len(starts), -1)[..., None]
        return list(chosen_logs(logits, asked)[..., 0])

    def _run(self, ids: np.ndarray, cache: Any) -> tuple[torch.Tensor, Any]:
        from transformers.modeling_outputs import BaseModelOutput

        self.pieces += ids.size
        states = self.state.expand(len(ids), -1, -1)
        with torch.inference_mode():
            out = self.writer.forced.translator.model(
                encoder_outputs=BaseModelOutput(states),
                attention_mask=torch.ones(states.shape[:2], dtype=torch.long, device=device()),
                decoder_input_ids=torch.from_numpy(ids).to(device()),
                past_key_values=cache,
                use_cache=True,
            )
            return out.logits.float(), out.past_key_values
