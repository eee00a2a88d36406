"""A model's input rows, as vectors of its pieces."""

import numpy as np

from calque.errors import BadFile
from calque.models.folder import open_tokenizer
from calque.models.tables import input_rows
from calque.models.tokens import vocabulary_of
from calque.roles import part
from calque.values import Checkpoint, Space


@part
def piece_rows(checkpoint: Checkpoint) -> Space:
    """Read the input row of every piece: float32 [s, d], named by pieces, in the order of their ids.

    For example of the small model of the target language that `vocabulary.clp` goes by. Ids without a
    piece are left out; of the weights only this table is read.
    """
    pieces = vocabulary_of(open_tokenizer(checkpoint)).pieces
    rows = input_rows(checkpoint)
    if len(rows) < len(pieces):
        raise BadFile(
            f"{checkpoint.folder}: {len(rows)} input rows for {len(pieces)} pieces of the tokenizer; pieces "
            "were added without rows for them"
        )
    kept = np.flatnonzero([piece != "" for piece in pieces])
    vectors = rows[: len(pieces)].float().numpy()
    return Space(
        tuple(pieces[k] for k in kept), vectors if len(kept) == len(vectors) else vectors[kept]
    )
