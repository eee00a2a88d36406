"""Word rows that learn by what they share in spelling, and words read in smaller pieces."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadValue
from calque.maths.cutting import cut
from calque.models.batches import Windows
from calque.models.thinned import rewritten
from calque.values import Mixture, Vocabulary


class Composed(nn.Module):
    """A table of rows, each moved by the mean of its grams' vectors; the vectors alone train.

    Only the rows of a batch are put together, so the cost does not grow with the vocabulary.
    """

    indptr: torch.Tensor
    columns: torch.Tensor
    shares: torch.Tensor

    def __init__(self, table: nn.Embedding, grams: Mixture):
        super().__init__()
        self.table = table
        self.grams = nn.Parameter(table.weight.new_zeros(len(grams.old), table.embedding_dim))
        matrix = grams.matrix
        self.register_buffer("indptr", torch.from_numpy(matrix.indptr.astype(np.int64)), False)
        self.register_buffer("columns", torch.from_numpy(matrix.indices.astype(np.int64)), False)
        self.register_buffer("shares", torch.from_numpy(matrix.data.astype(np.float32)), False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Rows [b, l, d] of pieces [b, l]."""
        distinct, place = torch.unique(ids, return_inverse=True)
        return (F.embedding(distinct, self.table.weight) + self.moves(distinct))[place]

    def moves(self, ids: torch.Tensor) -> torch.Tensor:
        """By how much the rows of these pieces [u] are moved, [u, d]; 0 for those without grams."""
        begins, ends = self.indptr[ids], self.indptr[ids + 1]
        counts = ends - begins
        offsets = counts.cumsum(0) - counts
        cells = torch.arange(int(counts.sum()), device=ids.device)
        cells = cells + torch.repeat_interleave(begins - offsets, counts)
        return F.embedding_bag(
            self.columns[cells],
            self.grams,
            offsets,
            mode="sum",
            per_sample_weights=self.shares[cells].to(self.grams.dtype),
        )


def compose(model: Any, grams: Mixture, pieces: Sequence[str]) -> Composed:
    """Put a composed table in the place of the model's word rows, which no longer train themselves."""
    table = model.get_input_embeddings()
    if tuple(pieces) != grams.new or table.num_embeddings < len(grams.new):
        raise BadValue(
            f"models.imitate: the grams are of {len(grams.new)} pieces, not those of the student"
        )
    if type(table) is not nn.Embedding:  # some scale their rows in their own forward pass
        raise BadValue(
            f"models.imitate: grams need an ordinary table of rows, the student has {type(table).__name__}"
        )
    composed = Composed(table, grams)
    table.weight.requires_grad_(False)
    model.set_input_embeddings(composed)
    return composed


def fold(model: Any, composed: Composed) -> None:
    """Put the moved rows into an ordinary table again."""
    with torch.no_grad():
        size = len(composed.indptr) - 1
        moves = composed.moves(torch.arange(size, device=composed.indptr.device))
        composed.table.weight[:size] += moves
    composed.table.weight.requires_grad_(True)
    model.set_input_embeddings(composed.table)


def finer_pieces(vocabulary: Vocabulary, windows: Windows) -> dict[int, np.ndarray]:
    """For the pieces that occur: the pieces it would be cut into, were it not one itself."""
    texts = vocabulary.readings
    known = {text: k for k, text in enumerate(texts) if text}
    longest = max(map(len, known), default=0)
    found = {}
    for k in np.unique(np.concatenate([*windows.ids, np.zeros(0, np.int64)])).tolist():
        if not texts[k]:
            continue
        parts = cut(texts[k], known, longest)
        if len(parts) > 1 and all(part in known for part in parts):
            found[k] = np.array([known[part] for part in parts], dtype=np.int64)
    return found


def read_finer(
    windows: Windows,
    rows: np.ndarray,
    finer: dict[int, np.ndarray],
    share: float,
    generator: np.random.Generator,
) -> Windows:
    """The windows at `rows` alone, with a random share of their pieces cut finer, while there is room."""
    ids, types, words = [], [], []
    for row in rows:
        own, room = windows.ids[row], windows.maximum - len(windows.ids[row])
        counts = np.ones(len(own), dtype=np.int64)
        parts: list[np.ndarray] = []
        for place, (piece, chosen) in enumerate(
            zip(own.tolist(), generator.random(len(own)) < share, strict=True)
        ):
            smaller = finer.get(piece) if chosen else None
            if smaller is None or len(smaller) - 1 > room:
                parts.append(own[place : place + 1])
                continue
            parts.append(smaller)
            counts[place] = len(smaller)
            room -= len(smaller) - 1
        ids.append(np.concatenate([*parts, np.zeros(0, np.int64)]))
        words.append(np.repeat(windows.words[row], counts))
        if windows.types is not None:
            types.append(np.repeat(windows.types[row], counts))
    return rewritten(windows, rows, ids, None if windows.types is None else types, words)
