"""Texts with pieces hidden, as a stream of batches to learn from."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadValue
from calque.models.batches import aligned, collate, longest
from calque.models.corpus import encode_corpus
from calque.models.guessing import guesses, hiding
from calque.models.shuffled import shuffled
from calque.models.train import Stream
from calque.values import Texts


def hidden_stream(
    model: Any, tokenizer: Any, texts: Texts, masker: Callable[..., Any], tokens: int, where: str
) -> Stream:
    """Windows of texts, in another order and with other pieces hidden each epoch, with cross-entropy.

    tokens: most pieces of a batch, padding included
    """
    hides = hiding(tokenizer, masker, where)
    windows = encode_corpus(tokenizer, texts, maximum=longest(model, tokenizer))
    if not len(windows):
        raise BadValue(f"{where}: no text has a piece that could be hidden")

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        words = aligned(windows, rows, windows.words, fill=-1).numpy()
        return hides.batch(collate(windows, rows), words, generator)

    def objective(model: Any, batch: dict[str, Any]) -> torch.Tensor:
        total = F.cross_entropy(guesses(model, batch).float(), batch["targets"], reduction="sum")
        return total / max(1, len(batch["targets"]))

    return Stream("guessing", shuffled(windows.lengths, make, tokens=tokens), objective)
