"""How well a model guesses text, in a unit that does not depend on its vocabulary."""

import logging
import math
from typing import Any

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.models.batches import buckets
from calque.models.causal import check_causal, losses, read_causal
from calque.models.folder import device, open_tokenizer
from calque.models.patched import open_patched
from calque.models.states import batch_pieces
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch, Table, Texts

log = logging.getLogger(__name__)
_WHERE = "models.bits_per_character"


@part
def bits_per_character(
    checkpoint: Checkpoint,
    texts: Texts,
    patch: Patch | None = None,
    *,
    tokens: int | None = None,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Measure how many bits a causal model needs for a character of the texts, as one row.

    All bits of a text by all its characters: what a model needs for a few long pieces and for many
    short ones is compared fairly, unlike its perplexity. The first piece counts too, guessed behind
    the piece that begins a text; the end does not. Pieces per text are the steps that generating it
    takes. Texts longer than the model takes are read in windows that overlap by half.

    patch:  on the model, of any kind (`models.causal_patch`)
    tokens: most pieces of a batch, padding included; None for what suits the device
    boot:   how often texts are drawn for the 95 % interval `low` to `high`

    Unknown pieces are cheap and say nothing: their share is counted, and logged where there are any.
    """
    check_causal(checkpoint, _WHERE)
    if boot < 1:
        raise BadSetting(f"{_WHERE}: boot must be at least 1, got {boot}")
    model: Any = open_patched(checkpoint, patch, "causal").to(device())  # type: ignore[arg-type]
    tokenizer = open_tokenizer(checkpoint)
    reading = read_causal(tokenizer, model, texts, ends=False, where=_WHERE)
    characters = np.array([len(text) for text in texts])
    counts = np.zeros((len(texts), 4))  # bits, characters, pieces, unknown ones
    counts[:, 1] = characters
    unknown = -1 if tokenizer.unk_token_id is None else tokenizer.unk_token_id
    for rows in track(buckets(reading.lengths, tokens=batch_pieces(tokens)), "guessing"):
        batch = {name: tensor.to(device()) for name, tensor in reading.batch(rows).items()}
        with torch.inference_mode():
            bits = losses(model, batch).double().sum(dim=1).cpu().numpy() / math.log(2)
        targets = batch["targets"].cpu().numpy()
        found = [bits, (targets >= 0).sum(1), (targets == unknown).sum(1)]
        owners = reading.windows.owner[rows]
        for column, values in zip((0, 2, 3), found, strict=True):
            counts[:, column] += np.bincount(owners, values, minlength=len(counts))
    if not np.isfinite(counts).all():
        raise BadValue(f"{_WHERE}: bits are not finite; are the weights of {checkpoint.folder}?")
    return Table((_row(counts, boot, seed),))


def _row(counts: np.ndarray, boot: int, seed: int) -> dict[str, float]:
    _, characters, pieces, unknown = counts.sum(axis=0).tolist()
    if unknown:
        log.warning("%d of %d pieces are unknown; bits say too little", unknown, pieces)
    whole = Statistics(counts[:, :2], lambda sums: sums[..., 0] / np.maximum(sums[..., 1], 1))
    low, high = interval(whole, draws=boot, seed=seed)
    return {
        "texts": len(counts),
        "characters": int(characters),
        "pieces": int(pieces),
        "unknown": unknown / pieces,
        "pieces_per_text": pieces / len(counts),
        "characters_per_piece": characters / pieces,
        "bits_per_character": whole.value,
        "low": low,
        "high": high,
        "perplexity_per_character": 2**whole.value,
    }
