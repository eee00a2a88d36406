"""An encoder learns from gold links to say which words of a translation a marked word is linked to.

Source: Latouche et al. 2024, "BinaryAlign: Word Alignment as Binary Sequence Labeling", section 3,
https://arxiv.org/abs/2407.12881
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.models.batches import aligned, collate
from calque.models.marked import to_learn
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links

_NONE = -100  # target of the marked side, special pieces and padding


@part(paper="latouche-etal-2024-binaryalign")
def tune_binary(
    checkpoint: Checkpoint,
    bitext: Bitext,
    links: Sequence[Links],
    *,
    epochs: int = 5,
    learning_rate: float | dict[str, float] = 2e-5,
    batch_size: int = 8,
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on gold links, word by word and both ways: a model for `models.align_binary`.

    Each word of either side makes an input of its own: its sentence, the word between two ¶, and the
    other sentence, of which each piece is linked or not (cross-entropy of a sigmoid). ¶ becomes a
    special piece where the tokenizer has it, else a new one.

    checkpoint: a multilingual body, or a model of this kind, whose head then goes on learning
    bitext:     as `models.align`; of pairs longer than the model takes, inputs hold the words around
                the marked one and the other side piece by piece
    links:      gold links of each pair, possible ones count as links; pairs of other languages than
                those to be linked help where there are none
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    batch_size: inputs, that is words, of a step
    seed:       draws a new head, a new piece and the order of the inputs
    """
    model, tokenizer, inputs = to_learn(
        checkpoint,
        bitext,
        links,
        kind="tags",
        task="binary_links",
        seed=seed,
        where="models.tune_binary",
    )

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        windows = inputs.windows(rows)
        targets = []
        for row, words in zip(rows, windows.words, strict=True):
            linked = np.append(inputs.linked(row, links), False)
            targets.append(np.where(words >= 0, linked[words], _NONE))
        places = np.arange(len(rows))
        wanted = aligned(windows, places, targets, fill=_NONE)
        return {"inputs": collate(windows, places), "targets": wanted}

    train(
        model,
        [Stream("links", shuffled(inputs.lengths, make, size=batch_size), binary_loss)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "tune_binary", checkpoint, bitext, links, epochs, learning_rate, batch_size, seed
        ),
    )
    return write_whole(model, tokenizer)


def binary_loss(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    """Mean cross-entropy of the pieces that have a target."""
    wanted = batch["targets"]
    logits = model(**batch["inputs"]).logits[..., 0].float()
    asked = wanted != _NONE
    each = F.binary_cross_entropy_with_logits(logits, wanted.clamp_min(0).float(), reduction="none")
    return each[asked].sum() / asked.sum().clamp_min(1)
