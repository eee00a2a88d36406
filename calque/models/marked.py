"""Every word of a sentence pair marked in its sentence, beside the other sentence: inputs and answers.

An input per word of either side, and links from the answers of both directions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from calque.errors import BadFile, BadValue
from calque.models.batches import Windows, buckets, collate, encode, longest
from calque.models.folder import configuration, device, open_model, open_tokenizer
from calque.models.layout import Layout, layout_of
from calque.models.paired import check_links
from calque.models.pairs import chunks, words_of_sides
from calque.values import Bitext, Checkpoint, Links

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

MARK = "¶"  # a piece of its own on either side of the marked word
_FAR = 1_000_000  # sentences are cut when inputs are made, not before

Pieces = tuple[np.ndarray, np.ndarray]  # ids [l] and word of each [l]


@dataclass(frozen=True)
class Marked:
    """Inputs `x … ¶ word ¶ … x` and `y`, one per word of x; also with x and y exchanged.

    pieces: (source sentences, target sentences)
    pair, side, word: [q]  sentence pair, the side whose word is marked (0 source), the word
    start:  [q]  first piece of the other side that the input holds; a long side has several inputs
    context, width: [q]  most pieces of the marked side and of the other that it holds
    sizes:  (m, n) words of each pair
    """

    pieces: tuple[list[Pieces], list[Pieces]]
    pair: np.ndarray
    side: np.ndarray
    word: np.ndarray
    start: np.ndarray
    context: np.ndarray
    width: np.ndarray
    sizes: list[tuple[int, int]]
    layout: Layout
    mark: int

    def __len__(self) -> int:
        return len(self.pair)

    @property
    def lengths(self) -> np.ndarray:
        """[q] most pieces of each input, special ones included."""
        special = self.layout.maximum - self.layout.room
        return self.context + self.width + 2 + special

    def windows(self, rows: np.ndarray) -> Windows:
        """The inputs at these positions; `words` is the word of each piece of the side not marked."""
        made = [self._input(int(row)) for row in rows]
        marks = [np.full(len(first), -1) for first, _, _ in made], [words for _, _, words in made]
        return self.layout.join([one[0] for one in made], [one[1] for one in made], marks)

    def _input(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        pair, side = self.pair[row], self.side[row]
        ids, words = self.pieces[side][pair]
        begin, end = np.searchsorted(words, [self.word[row], self.word[row] + 1])
        context, start = self.context[row], self.start[row]
        low = int(np.clip((begin + end - context) // 2, 0, len(ids) - context))
        high = low + context
        begin, end = max(begin, low), min(end, high)
        parts = (ids[low:begin], [self.mark], ids[begin:end], [self.mark], ids[end:high])
        other, other_words = self.pieces[1 - side][pair]
        here = slice(start, start + self.width[row])
        return np.concatenate(parts), other[here], other_words[here]

    def linked(self, row: int, links: Sequence[Links]) -> np.ndarray:
        """[n] whether each word of the other side is linked to the marked one."""
        one = links[self.pair[row]]
        here, there = self.side[row], 1 - self.side[row]
        found = np.zeros(one.size[there], dtype=bool)
        found[one.pairs[one.pairs[:, here] == self.word[row], there]] = True
        return found


def marked(
    tokenizer: "PreTrainedTokenizerFast", sides: Sequence[list[list[str]]], *, maximum: int
) -> Marked:
    """Mark every word that has pieces, of both sides of each pair; nothing is cut but long sentences.

    sides: words of the source sentences, and of the target sentences
    """
    cut = [encode(tokenizer, side, maximum=_FAR, report=False) for side in sides]
    layout = layout_of(tokenizer, maximum=maximum, pad=cut[0].pad)
    mark: Any = tokenizer.convert_tokens_to_ids(MARK)
    # a ¶ of the text itself must not look like a mark
    stands = tokenizer.unk_token_id if tokenizer.unk_token_id is not None else cut[0].pad
    pieces = [
        [
            (np.where(ids == mark, stands, ids)[words >= 0], words[words >= 0])
            for ids, words in zip(one.ids, one.words, strict=True)
        ]
        for one in cut
    ]
    found: list[np.ndarray] = [np.zeros((0, 6), dtype=np.int64)]
    for pair, both in enumerate(zip(*pieces, strict=True)):
        for side in (0, 1):
            own, other = both[side], both[1 - side]
            if len(own[0]) and len(other[0]):
                context, width, starts = _cut(len(own[0]), len(other[0]), layout.room - 2)
                words = np.unique(own[1])
                rows = np.zeros((len(words), len(starts), 6), dtype=np.int64)
                rows[..., :2] = pair, side
                rows[..., 2], rows[..., 3] = words[:, None], starts
                rows[..., 4:] = context, width
                found.append(rows.reshape(-1, 6))
    pair, side, word, start, context, width = np.concatenate(found).T
    sizes = [(len(x), len(y)) for x, y in zip(*sides, strict=True)]
    return Marked(
        (pieces[0], pieces[1]), pair, side, word, start, context, width, sizes, layout, mark
    )


def _cut(own: int, other: int, room: int) -> tuple[int, int, np.ndarray]:
    """Pieces of the context of the marked word, of the other side, and where inputs begin in that."""
    if own + other <= room:
        return own, other, np.zeros(1, dtype=np.int64)
    context = min(own, max(room // 2, room - other))
    width = min(other, room - context)
    last = other - width
    step = max(1, width // 2)
    return context, width, np.append(np.arange(0, last, step), last)


def open_marked(
    checkpoint: Checkpoint, kind: str, task: str, *, seed: int = 0
) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast", int]:
    """A model with a head for these inputs, drawn from `seed` where it has none, and the marking piece.

    kind: of `folder.KINDS`; "tags" gets a head with one number per piece
    task: what the head is for, kept in the configuration
    """

    tokenizer = open_tokenizer(checkpoint)
    tokenizer.add_tokens([MARK], special_tokens=True)
    config: Any = configuration(checkpoint)
    if kind == "tags":
        config.id2label, config.label2id = {0: "linked"}, {"linked": 0}
    elif kind == "spans":
        config.num_labels = 2  # a beginning and an end, whatever the body was before
    config.calque_task = task
    model: Any = open_model(checkpoint, kind, config=config, seed=seed)
    mark: Any = tokenizer.convert_tokens_to_ids(MARK)
    if mark >= model.get_input_embeddings().weight.shape[0]:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model.resize_token_embeddings(mark + 1, mean_resizing=False)
    return model, tokenizer, longest(model, tokenizer)


def to_learn(
    checkpoint: Checkpoint,
    bitext: Bitext,
    links: Sequence[Links],
    *,
    kind: str,
    task: str,
    seed: int,
    where: str,
) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast", Marked]:
    """A model to be trained by gold links, its tokenizer, and an input for every word of the pairs.

    kind, task, seed: as `open_marked`
    where: the part that asks, named in errors
    """
    sides = words_of_sides(bitext)
    check_links(links, sides, where)
    model, tokenizer, maximum = open_marked(checkpoint, kind, task, seed=seed)
    inputs = marked(tokenizer, sides, maximum=maximum)
    if not len(inputs):
        raise BadValue(f"{where}: no sentence pair has pieces on both sides")
    return model, tokenizer, inputs


def asked(model: Any, inputs: Marked, size: int) -> Iterator[tuple[np.ndarray, Windows, Any]]:
    """Batches of inputs of like length: which they are, their windows, and what the model says of them.

    size: most pieces of a batch, padding included
    """
    place = next(model.parameters()).device
    for rows in buckets(inputs.lengths, tokens=size):
        windows = inputs.windows(rows)
        batch = collate(windows, range(len(rows)))
        with torch.inference_mode():
            made = model(**{name: each.to(place) for name, each in batch.items()})
        yield rows, windows, made


def trained(checkpoint: Checkpoint, kind: str, task: str, remedy: str) -> Any:
    """A model with a trained head, its tokenizer and its longest input; BadFile where it has none."""
    if checkpoint.config.get("calque_task") != task:
        raise BadFile(f"{checkpoint.folder}: has no head for this; train one with {remedy}")
    model: Any = open_model(checkpoint, kind)
    tokenizer = open_tokenizer(checkpoint)
    return model.to(device()), tokenizer, longest(model, tokenizer)


Answers = Iterator[tuple[int, np.ndarray, np.ndarray]]


def links_from(
    bitext: Bitext, encoder: Any, answers: Callable[[Any, Marked], Answers], above: float
) -> list[Links]:
    """Link words where the mean of both directions' probabilities is above a threshold.

    encoder: as `trained` gives it
    answers: called with (model, inputs), gives for each input, in any order, its position, words of
             the side not marked and their probabilities
    """
    model, tokenizer, maximum = encoder
    made = []
    for _, some in chunks(bitext):
        inputs = marked(tokenizer, words_of_sides(some), maximum=maximum)
        grids = [np.zeros((2, *size)) for size in inputs.sizes]
        for row, words, share in answers(model, inputs):
            side, word = inputs.side[row], inputs.word[row]
            grid = grids[inputs.pair[row]][side]
            # of several pieces of a word, and several inputs that hold it, the surest counts
            np.maximum.at(grid[word] if side == 0 else grid[:, word], words, share)
        for grid in grids:
            mean = grid.mean(axis=0)
            made.append(Links.from_grid(mean > above, mean))
    return made
