"""Continued pretraining: a model goes on guessing hidden pieces, in text of the target language.

Source: Devlin et al. 2019, section 3.1, https://arxiv.org/abs/1810.04805; going on with text that is
nearer to the task: Gururangan et al. 2020, "Don't Stop Pretraining", https://arxiv.org/abs/2004.10964
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadValue
from calque.models.batches import Windows, aligned, collate, longest
from calque.models.corpus import encode_corpus
from calque.models.folder import open_tokenizer
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.whole import kind_of, named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Checkpoint, Texts

_FRESH = 1e-3  # rate of a head that is drawn anew


@part(paper="gururangan-etal-2020-dont")
def masked(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    masker: Callable[..., Any],
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 5e-5,
    tokens: int = 2048,
    trains: str = "",
    seed: int = 0,
) -> Checkpoint:
    """Train the body to guess the pieces of `texts` that `masker` hides, other ones each epoch.

    checkpoint: a model with a masked-language head, which trains too; or any other, which is given
                one for the time: a dense layer, normalization and the input embeddings as output.
                Its own head, if it has one, stays bit-equal
    texts:      at least one with a piece; longer than the model takes is read in windows
    masker:     called with ids, words, mask, drawable and seed: a part with the role masker, for
                example `objectives.random_mask`
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    tokens:     most pieces of a batch, padding included
    trains:     name pattern of the parameters that train, for example "embeddings"
    """
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    if tokenizer.mask_token_id is None:
        raise BadValue(f"models.masked: the tokenizer of {checkpoint.folder} has no mask piece")
    windows = encode_corpus(tokenizer, texts, maximum=longest(model, tokenizer))
    if not len(windows):
        raise BadValue("models.masked: no text has a piece that could be hidden")
    guessing, patterns = model, (trains,)
    if kind_of(checkpoint) != "masked":
        _keep_head(model)
        guessing = _Guessing(model)
        rates = learning_rate if isinstance(learning_rate, dict) else {"": learning_rate}
        learning_rate = {r"^(dense|norm|bias)\b": _FRESH} | rates
        patterns = (r"^(dense|norm|bias)\b", trains)
    train(
        guessing,
        [_stream(windows, tokenizer, masker, tokens)],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=patterns,
        seed=seed,
        name=named_by(
            "masked", checkpoint, texts, masker, epochs, learning_rate, tokens, trains, seed
        ),
    )
    return write_whole(model, tokenizer)


def guess(model: Any, inputs: dict[str, torch.Tensor], places: torch.Tensor) -> torch.Tensor:
    """Logits [m, v] of the model's masked-language head at some places only.

    places: [m] positions in the batch's pieces, counted through [b, l] row by row

    A vocabulary has tens of thousands of rows, and most of the head's work is that product.
    """

    def gather(_module: nn.Module, _args: Any, output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state.flatten(0, 1)[places][None]
        return output

    handle = model.base_model.register_forward_hook(gather)
    try:
        return model(**inputs).logits[0]
    finally:
        handle.remove()


class _Guessing(nn.Module):
    """A model without a masked-language head, and one for the time of the training."""

    def __init__(self, model: Any):
        super().__init__()
        self.model = model
        rows, width = model.get_input_embeddings().weight.shape
        self.dense = nn.Linear(model.config.hidden_size, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(rows))
        nn.init.eye_(self.dense.weight)  # what the body gives is what is compared, to begin with
        nn.init.zeros_(self.dense.bias)

    def guess(self, inputs: dict[str, torch.Tensor], places: torch.Tensor) -> torch.Tensor:
        """Logits [m, v] at some places only."""
        states = self.model.base_model(**inputs).last_hidden_state.flatten(0, 1)[places]
        states = self.norm(F.gelu(self.dense(states)))
        return F.linear(states, self.model.get_input_embeddings().weight, self.bias)


def _keep_head(model: Any) -> None:
    """Let nothing but the body train."""
    body = {id(parameter) for parameter in model.base_model.parameters()}
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in body)


def _stream(windows: Windows, tokenizer: Any, masker: Callable[..., Any], tokens: int) -> Stream:
    drawable = np.setdiff1d(np.arange(len(tokenizer)), tokenizer.all_special_ids)

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        inputs = collate(windows, rows)
        words = aligned(windows, rows, windows.words, fill=-1).numpy()
        ids, mask = inputs["input_ids"].numpy(), tokenizer.mask_token_id
        spoiled, targets = masker(ids, words, mask, drawable, seed=int(generator.integers(1 << 32)))
        places = np.flatnonzero(targets != -100)
        return {
            "inputs": inputs | {"input_ids": torch.from_numpy(spoiled)},
            "places": torch.from_numpy(places),
            "targets": torch.from_numpy(targets.ravel()[places]),
        }

    def objective(model: Any, batch: dict[str, Any]) -> torch.Tensor:
        if isinstance(model, _Guessing):
            logits = model.guess(batch["inputs"], batch["places"])
        else:
            logits = guess(model, batch["inputs"], batch["places"])
        total = F.cross_entropy(logits.float(), batch["targets"], reduction="sum")
        return total / max(1, len(batch["targets"]))

    return Stream("guessing", shuffled(windows.lengths, make, tokens=tokens), objective)
