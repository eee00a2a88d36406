"""Folders of models that have learned nothing yet."""

from typing import Any

import torch

from calque import workspace
from calque.errors import BadValue
from calque.models.folder import quiet, save
from calque.values import Checkpoint, Vocabulary
from calque.values.vocabulary import ROLES


def unlearned(
    kind: Any, config: Any, vocabulary: Vocabulary, longest: int, seed: int
) -> Checkpoint:
    """The folder of a model of this class and configuration, weights drawn from `seed`, and its tokenizer.

    Raises BadValue where the vocabulary has nothing to fill batches with.
    """
    import transformers

    config.pad_token_id = vocabulary.role_id("pad")
    if config.pad_token_id is None:
        raise BadValue("models: the vocabulary has no piece for pad")
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = kind(config).eval()
    pieces = {f"{role}_token": vocabulary.special.get(role) for role in ROLES}
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=vocabulary.fast,
        model_max_length=longest,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{role: piece for role, piece in pieces.items() if piece is not None},
    )
    return save(model, tokenizer, workspace.fresh("model"))
