"""Rows of a new vocabulary's pieces, made by a network that was trained to.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", sections 3.2 and 5.4 (fine-tuned models),
https://arxiv.org/abs/2405.07883
"""

import logging
from typing import Any

import numpy as np
import torch

from calque.errors import BadValue
from calque.models import hypernet
from calque.models.folder import device, open_tokenizer
from calque.models.piece_forms import Forms
from calque.models.tokens import vocabulary_of
from calque.models.vocabulary_rows import tables_of
from calque.models.whole import open_whole
from calque.roles import part
from calque.values import Checkpoint, Hypernetwork, Rows, Vocabulary

log = logging.getLogger(__name__)

_PIECES = 2048  # made at a time


@part(paper="zett")
def predict_rows(
    checkpoint: Checkpoint, vocabulary: Vocabulary, hypernetwork: Hypernetwork
) -> Rows:
    """Make a row for every piece of a vocabulary out of the old pieces that spell it, for `models.swap`.

    checkpoint:   the model for which the network was trained, or one fine-tuned from it
    vocabulary:   the new one, of any kind
    hypernetwork: of `models.tune_hypernetwork`

    Special pieces, and those with a sign that no old piece covers alone, stay unknown. A piece
    longer than the network reads loses its end, counted in a log line.
    """
    model: Any = open_whole(checkpoint)
    network = hypernet.read(hypernetwork)
    old = vocabulary_of(open_tokenizer(checkpoint))
    tables = tables_of(model, len(old))
    widths = (tables.inputs.shape[1], 0 if tables.outputs is None else tables.outputs.shape[1])
    lacks = tables.bias is not None and network.bias_projection is None
    if network.widths != widths or lacks:  # a bias that the model has no use for is left out
        raise BadValue(
            f"models.predict_rows: the network makes rows of width {network.widths[0]} and "
            f"{network.widths[1]}{' and no bias' if lacks else ''}, the model has {widths[0]} and "
            f"{widths[1]}{' and a bias' if lacks else ''}; it was trained for another one"
        )
    longest = network.settings["longest"]
    forms = Forms(old).matrix(vocabulary.readings, longest + 1)
    long = int((forms[:, -1] >= 0).sum())
    log.info("%d of %d pieces are longer than %d old ones", long, len(forms), longest)
    place = device()
    network, both = network.to(place), tables.both.to(place)
    bias = None if tables.bias is None else tables.bias.to(place)
    made: list[list[np.ndarray]] = [[], [], []]
    with torch.inference_mode():
        for start in range(0, len(forms), _PIECES):
            some = torch.from_numpy(forms[start : start + _PIECES, :longest]).to(place)
            for kind, rows in zip(made, network(some, both, bias), strict=True):
                if rows is not None:
                    kind.append(rows.cpu().numpy())
    inputs, outputs, biases = (np.concatenate(kind) if kind else None for kind in made)
    assert inputs is not None
    biases = None if tables.bias is None else biases
    return Rows(vocabulary.pieces, forms[:, 0] >= 0, inputs, outputs, biases)
