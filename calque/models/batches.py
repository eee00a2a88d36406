"""From texts to batches: piece ids in windows that the model can take, sorted by length, padded."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from calque.errors import BadSetting
from calque.models.inserted import inserted

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

log = logging.getLogger(__name__)
_UNBOUNDED = 1_000_000  # tokenizers that know no maximum say 1e30
_DEFAULT = 512  # for models that state no maximum at all
_MULTIPLE = 8  # padded lengths; what the matrix units of GPUs like


@dataclass(frozen=True)
class Windows:
    """Inputs as piece ids, special pieces included, cut where they are longer than the model takes.

    ids:    per window, the piece ids [l]
    types:  per window, the segment of each piece [l]; None where the model knows no segments
    words:  per window, the word that each piece belongs to [l]; -1 for special pieces
    start:  [w] position of a window's first ordinary piece within its input
    owner:  [w] the input that a window belongs to; windows of an input are neighbors, in order
    inputs: number of inputs
    empty:  (input, word) of the words without any piece; only for inputs that are word lists
    maximum: most pieces of a window
    pad:    id that fills up
    """

    ids: Sequence[np.ndarray]
    types: Sequence[np.ndarray] | None
    words: Sequence[np.ndarray]
    start: np.ndarray
    owner: np.ndarray
    inputs: int
    empty: list[tuple[int, int]]
    maximum: int
    pad: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> np.ndarray:
        """[w] pieces per window."""
        return np.array([len(ids) for ids in self.ids], dtype=np.int64)

    def positions(self, window: int) -> np.ndarray:
        """[l] position of each piece within the whole input; -1 for special pieces."""
        ordinary = self.words[window] >= 0
        return np.where(ordinary, self.start[window] + np.cumsum(ordinary) - 1, -1)


def encode(
    tokenizer: "PreTrainedTokenizerFast",
    inputs: Sequence[str] | Sequence[Sequence[str]],
    seconds: Sequence[str] | None = None,
    *,
    maximum: int,
    windows: bool = True,
    report: bool = True,
) -> Windows:
    """Cut texts, or sentences given as words, into pieces in one call to the fast tokenizer.

    inputs:  texts, or lists of words; anything may be empty
    seconds: second texts where the inputs are pairs; pairs that are too long lose the end of
             their longer side, and are counted in a warning
    maximum: most pieces of a window, special ones included (`longest`)
    windows: whether a long input has several windows, each half over the last; else its end is
             lost, and it is counted in a warning

    Words of a list are cut as they would be in running text. Words without pieces (zero-width
    characters, say) are kept, listed in `empty` and, with `report`, counted in a warning.
    """
    as_words = len(inputs) > 0 and not isinstance(inputs[0], str)
    room = maximum - tokenizer.num_special_tokens_to_add(pair=seconds is not None)
    if room < 2:
        raise BadSetting(f"models: windows of {maximum} pieces leave no room for text")
    windows = windows and seconds is None
    overlap = room // 2 if windows else 0
    encodings = _cut(tokenizer.backend_tokenizer, inputs, seconds, as_words, (maximum, overlap))
    if not windows:
        _report_cut(encodings, maximum)
    parts: list[tuple[int, int, Any]] = [
        (owner, number, piece)
        for owner, whole in enumerate(encodings)
        for number, piece in enumerate([whole, *(whole.overflowing if windows else [])])
    ]
    segments = "token_type_ids" in tokenizer.model_input_names
    types = [np.array(piece.type_ids, dtype=np.int64) for _, _, piece in parts]
    return Windows(
        ids=[np.array(piece.ids, dtype=np.int64) for _, _, piece in parts],
        types=types if segments else None,
        words=[_words(piece) for _, _, piece in parts],
        start=np.array([number * (room - overlap) for _, number, _ in parts], dtype=np.int64),
        owner=np.array([owner for owner, _, _ in parts], dtype=np.int64),
        inputs=len(inputs),
        empty=_without_pieces(inputs, encodings, report) if as_words else [],
        maximum=maximum,
        pad=_pad(tokenizer),
    )


def _cut(backend, inputs, seconds, as_words: bool, limits: tuple[int, int]) -> list[Any]:
    batch = _rows(backend, inputs, seconds, as_words)
    backend.no_padding()
    backend.enable_truncation(limits[0], stride=limits[1])
    try:
        return backend.encode_batch(batch, is_pretokenized=as_words)
    finally:
        backend.no_truncation()


def _pad(tokenizer: Any) -> int:
    # decoders often have no piece to pad with; what stands there is masked and never read
    return next((i for i in (tokenizer.pad_token_id, tokenizer.eos_token_id) if i is not None), 0)


def _rows(backend, inputs, seconds, as_words: bool) -> list:
    if seconds is not None:
        return list(zip(inputs, seconds, strict=True))
    if not as_words:
        return list(inputs)
    if not _needs_spaces(backend):
        return [list(words) for words in inputs]
    return [
        [" " + word if place and word else word for place, word in enumerate(words)]
        for words in inputs
    ]


def _needs_spaces(backend) -> bool:
    # byte-level tokenizers tell " a" from "a", and do not put the space before a word themselves
    running = backend.encode("a a", add_special_tokens=False).ids
    apart = backend.encode(["a", "a"], is_pretokenized=True, add_special_tokens=False).ids
    spaced = backend.encode(["a", " a"], is_pretokenized=True, add_special_tokens=False).ids
    return apart != running and spaced == running


def _words(encoding) -> np.ndarray:
    # a piece of text that no pre-tokenizer split off still belongs to the text: its word is 0
    special = np.array(encoding.special_tokens_mask, dtype=bool)
    words = np.array([0 if word is None else word for word in encoding.word_ids], dtype=np.int64)
    return np.where(special, -1, words)


def _without_pieces(inputs, encodings, report: bool) -> list[tuple[int, int]]:
    empty = []
    for row, (words, encoding) in enumerate(zip(inputs, encodings, strict=True)):
        present = set(encoding.word_ids)
        for further in encoding.overflowing:
            present.update(further.word_ids)
        if len(present - {None}) < len(words):
            empty += [(row, word) for word in range(len(words)) if word not in present]
    if empty and report:
        row, word = empty[0]
        where = f"{inputs[row][word]!a} (sentence {row}, word {word})"
        log.warning("%d words have no pieces, for example %s", len(empty), where)
    return empty


def _report_cut(encodings, maximum: int) -> None:
    cut = [row for row, encoding in enumerate(encodings) if encoding.overflowing]
    if cut:
        where = f"longer than {maximum} pieces and lose their end, for example number {cut[0]}"
        log.warning("%d of %d inputs are %s", len(cut), len(encodings), where)


def longest(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast") -> int:
    """Most pieces, special ones included, that the model takes at once.

    The smaller of what configuration and tokenizer say, else 512. Models of the RoBERTa kind count
    positions from behind the padding id. Prompts and prefixes take room.
    """
    limits = []
    positions = getattr(model.config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        limits.append(positions - _offset(model))
    if tokenizer.model_max_length < _UNBOUNDED:
        limits.append(int(tokenizer.model_max_length))
    own = inserted(model)
    return min(limits, default=_DEFAULT) if own is None else own.left(min(limits, default=_DEFAULT))


def _offset(model: "PreTrainedModel") -> int:
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            return 0 if module.padding_idx is None else module.padding_idx + 1
    return 0


def buckets(
    lengths: Sequence[int] | np.ndarray, *, tokens: int | None = None, size: int | None = None
) -> list[np.ndarray]:
    """Batches of things of similar length, as arrays of their positions; longest first.

    lengths: [w] pieces of each
    tokens:  most pieces of a batch, padding included; a longer thing is a batch of its own
    size:    most things of a batch

    Results written to these positions are in the original order again.
    """
    if (tokens or size or 0) < 1:
        raise BadSetting(f"models: batches need tokens or size of at least 1, got {tokens}, {size}")
    lengths = np.asarray(lengths, dtype=np.int64)
    # the largest batch first: memory ends early or never
    order = np.argsort(-lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        width = padded(int(lengths[order[start]]))
        count = len(order) if tokens is None else max(1, tokens // width)
        count = count if size is None else min(count, size)
        batches.append(order[start : start + count])
        start += count
    return batches


def padded(length: int) -> int:
    """The next multiple of 8, at least 8."""
    return max(_MULTIPLE, -(-length // _MULTIPLE) * _MULTIPLE)


def collate(windows: Windows, rows: Sequence[int] | np.ndarray) -> dict[str, torch.Tensor]:
    """Tensors [b, l] that the model takes, of the windows at these positions.

    Padded on the right, so that every piece keeps its position, to a multiple of 8 where the model
    takes that many.
    """
    width = _width(windows, rows)
    ids = np.full((len(rows), width), windows.pad, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    types = np.zeros((len(rows), width), dtype=np.int64)
    for place, row in enumerate(rows):
        length = len(windows.ids[row])
        ids[place, :length] = windows.ids[row]
        mask[place, :length] = 1
        if windows.types is not None:
            types[place, :length] = windows.types[row]
    batch = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
    if windows.types is not None:
        batch["token_type_ids"] = torch.from_numpy(types)
    return batch


def _width(windows: Windows, rows: Sequence[int] | np.ndarray) -> int:
    # tables of positions may end at a length that is no multiple of 8
    return min(padded(max(len(windows.ids[row]) for row in rows)), windows.maximum)


def aligned(
    windows: Windows, rows: Sequence[int] | np.ndarray, values: Sequence[np.ndarray], *, fill: int
) -> torch.Tensor:
    """One number per piece, laid out [b, l] as `collate` lays out the pieces; `fill` in the padding.

    values: per window (all windows, not only `rows`), [l] numbers, for example targets
    """
    width = _width(windows, rows)
    grid = np.full((len(rows), width), fill, dtype=np.int64)
    for place, row in enumerate(rows):
        grid[place, : len(values[row])] = values[row]
    return torch.from_numpy(grid)


def tag_targets(
    windows: Windows, tags: Sequence[Sequence[int]], *, fill: int = -100
) -> list[np.ndarray]:
    """Per window, the tag at the first piece of each word [l], `fill` elsewhere.

    tags: per input, one number per word

    A word in the overlap of two windows has its tag in both; no piece but a word's first ever has one.
    """
    targets = []
    for window, (words, owner) in enumerate(zip(windows.words, windows.owner, strict=True)):
        target = np.full(len(words), fill, dtype=np.int64)
        for piece in first_pieces(windows, window):
            target[piece] = tags[owner][words[piece]]
        targets.append(target)
    return targets


def first_pieces(windows: Windows, window: int) -> np.ndarray:
    """Columns of the window's pieces that begin a word."""
    words = windows.words[window]
    begins = (words >= 0) & (words != np.concatenate([[-1], words[:-1]]))
    if windows.start[window] > 0 and begins.any():
        first = int(np.argmax(begins))  # it may have begun in the window before
        last = windows.positions(window - 1) == windows.start[window] - 1
        before = windows.words[window - 1][last]
        if len(before) and before[0] == words[first]:
            begins[first] = False
    return np.flatnonzero(begins)
