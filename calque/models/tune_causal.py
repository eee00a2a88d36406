"""Continued pretraining of models that guess the next piece, whole or in part.

Source: Yamaguchi et al. 2024, "Vocabulary Expansion for Low-resource Cross-lingual Transfer",
https://arxiv.org/abs/2406.11477; low-rank differences: Hu et al. 2022, "LoRA",
https://arxiv.org/abs/2106.09685
"""

import re
from typing import Any

from calque.errors import BadSetting
from calque.models import lowrank
from calque.models.causal import check_causal, check_tokens, read_causal, stream
from calque.models.folder import open_tokenizer
from calque.models.states import layer_count
from calque.models.train import train
from calque.models.whole import named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Checkpoint, Texts

_WHERE = "models.tune_causal"


@part(paper="yamaguchi-etal-2024-effectively")
def tune_causal(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 1e-4,
    tokens: int = 2048,
    trains: str = "",
    rank: int = 0,
    seed: int = 0,
) -> Checkpoint:
    """Train a causal model to guess each next piece of `texts`, their first and their end included.

    texts:         at least one with a piece; longer than the model takes is read in windows
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    tokens:        most pieces of a batch, padding included
    trains:        name pattern of the parameters that train: "embed|wte" for embeddings alone,
                   `models.outer_layers` for those and the layers at both ends, "" for all
    rank:          0, or the rank of a difference that each matrix of the layers learns in its place
                   (LoRA); embeddings and output then train whole, norms and biases not, and `trains`
                   must be empty. The differences are folded into the weights, so the model stays plain
    """
    check_causal(checkpoint, _WHERE)
    check_tokens(tokens, _WHERE)
    if rank < 0 or (rank and trains):
        raise BadSetting(
            f"{_WHERE}: rank must be at least 0, and goes with an empty trains; got {rank} and '{trains}'"
        )
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    reading = read_causal(tokenizer, model, texts, ends=True, where=_WHERE)
    patterns, lent = (trains,), []
    if rank:
        tables = _tables(model)
        lent = lowrank.lend(model.base_model, rank=rank, layers=layer_count(model), seed=seed)
        patterns = (lowrank.TRAINS, *tables)
    name = named_by(
        "tune_causal", checkpoint, texts, epochs, learning_rate, tokens, trains, rank, seed
    )
    train(
        model,
        [stream(reading, tokens)],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=patterns,
        seed=seed,
        name=name,
    )
    lowrank.fold(lent)
    return write_whole(model, tokenizer)


def _tables(model: Any) -> list[str]:
    """Patterns of the names of input rows and output rows."""
    tables = [
        module for module in (model.get_input_embeddings(), model.get_output_embeddings()) if module
    ]
    held = {id(parameter) for table in tables for parameter in table.parameters()}
    return [f"^{re.escape(n)}$" for n, p in model.named_parameters() if id(p) in held]
