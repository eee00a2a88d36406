"""Pretraining of a model that reads words from bytes: it guesses the pieces of hidden words.

Source: Lee et al. 2022, "Word-Level Representation From Bytes For Language Modeling",
https://arxiv.org/abs/2211.12677
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadValue
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.whole import named_by
from calque.models.wordwise import Lexicon, open_words, pieces_of, read, write
from calque.roles import part
from calque.values import Checkpoint, Texts


@part(paper="byte2word")
def byte2word_masked(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    masker: Callable[..., Any],
    epochs: int = 1,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
) -> Checkpoint:
    """Train the model to guess the words of `texts` that `masker` hides, other ones each epoch.

    checkpoint: as `models.byte2word` makes it
    masker:     a part with the role masker, for example `objectives.random_mask`; it is given words
    batch_size: texts per step
    """
    model, vocabulary = open_words(checkpoint)
    lexicon = read(list(texts), model.config["longest"])
    if len(lexicon.words) == 2:
        raise BadValue("models.byte2word_masked: no text has a word that could be hidden")
    pieces = pieces_of(lexicon, vocabulary)
    train(
        model,
        [_stream(lexicon, pieces, masker, batch_size)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "byte2word", checkpoint, texts, masker, epochs, learning_rate, batch_size, seed
        ),
    )
    return write(model, vocabulary)


def _stream(lexicon: Lexicon, pieces: np.ndarray, masker: Callable[..., Any], size: int) -> Stream:
    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, torch.Tensor]:
        seed = int(generator.integers(1 << 32))
        spoiled, targets = lexicon.hidden(lexicon.padded(rows), masker, seed)
        places = np.flatnonzero(targets != -100)
        wanted = pieces[targets.ravel()[places]]
        asked = {"places": torch.from_numpy(places), "targets": torch.from_numpy(wanted)}
        return lexicon.batch(spoiled) | asked

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        wanted = batch["targets"][batch["targets"] != -100]
        total = F.cross_entropy(model.guesses(batch).float(), wanted, reduction="sum")
        return total / max(1, len(wanted))

    return Stream("guessing", shuffled(lexicon.lengths, make, size=size), objective)
