"""Input rows named by pieces, whatever the family calls its table."""

import numpy as np
import pytest

from calque.errors import BadFile
from calque.models.folder import open_model, open_tokenizer
from calque.models.piece_rows import piece_rows
from calque.models.vocabulary import vocabulary
from calque.values import Checkpoint


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bert", "masked"),
        ("bert", "encoder"),
        ("xlmr", "masked"),
        ("distilbert", "encoder"),
        ("deberta", "masked"),
        ("modernbert", "class"),
        ("gpt2", "causal"),
        ("untied", "masked"),
    ],
)
def test_rows_are_those_that_transformers_reads(tiny, name, kind):
    checkpoint = tiny(name, kind)
    space = piece_rows(checkpoint)
    table = open_model(checkpoint, kind).get_input_embeddings().weight.detach().numpy()
    pieces = vocabulary(checkpoint).pieces
    assert space.names == tuple(piece for piece in pieces if piece)
    assert (space.vectors == table[[k for k, piece in enumerate(pieces) if piece]]).all()
    assert space.vectors.dtype == np.float32


def test_pieces_without_rows_are_told(tiny, tmp_path):
    for path in tiny("bert").folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tokenizer = open_tokenizer(tiny("bert"))
    tokenizer.add_tokens(["zebra"])
    tokenizer.save_pretrained(tmp_path)
    with pytest.raises(BadFile, match="pieces were added without rows"):
        piece_rows(Checkpoint(tmp_path))
