"""Texts with pieces hidden, as a stream of batches to learn from."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.models.batches import Windows, aligned, collate
from calque.models.guessing import Hiding, guesses
from calque.models.shuffled import shuffled
from calque.models.train import Stream


def hidden_stream(windows: Windows, hides: Hiding, tokens: int) -> Stream:
    """Windows in another order and with other pieces hidden each epoch, with cross-entropy.

    tokens: most pieces of a batch, padding included
    """

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        words = aligned(windows, rows, windows.words, fill=-1).numpy()
        return hides.batch(collate(windows, rows), words, generator)

    def objective(model: Any, batch: dict[str, Any]) -> torch.Tensor:
        total = F.cross_entropy(guesses(model, batch).float(), batch["targets"], reduction="sum")
        return total / max(1, len(batch["targets"]))

    return Stream("guessing", shuffled(windows.lengths, make, tokens=tokens), objective)
