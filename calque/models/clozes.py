"""Texts with a mask beside them, and what a model guesses there, as scores of labels."""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.batches import Windows, collate, longest
from calque.models.guessing import guess
from calque.models.whole import kind_of
from calque.values import Checkpoint, Labelled, Mixture

log = logging.getLogger(__name__)

TEMPLATE = "{text} {mask}"


def check_verbalizer(checkpoint: Checkpoint, verbalizer: Mixture, where: str) -> None:
    """BadFile for a model that guesses nothing, BadValue for labels made of another model's pieces."""
    if kind_of(checkpoint) != "masked":
        raise BadFile(
            f"{where}: {checkpoint.folder} has no masked-language head to say labels with"
        )
    rows = checkpoint.config["vocab_size"]
    if len(verbalizer.old) > rows or not verbalizer.known.all():
        raise BadValue(
            f"{where}: the labels are made of {len(verbalizer.old)} pieces, the model has {rows} rows; take its own "
            "vocabulary (models.vocabulary)"
        )


@dataclass(frozen=True)
class Clozes:
    """Texts in a template, cut into pieces; each keeps its mask whatever its length.

    windows: one for each text; what is longer than the model takes loses the end of the text
    places:  [n] where the mask stands
    labels:  [c, v] pieces that each label is made of
    """

    windows: Windows
    places: np.ndarray
    labels: torch.Tensor

    def batch(self, rows: np.ndarray) -> dict[str, Any]:
        """Inputs of these texts, and the places of their masks counted through [b, l] row by row."""
        inputs = collate(self.windows, rows)
        start = np.arange(len(rows)) * inputs["input_ids"].shape[1]
        return {"inputs": inputs, "places": torch.from_numpy(start + self.places[rows])}

    def guesses(self, model: Any, batch: dict[str, Any]) -> torch.Tensor:
        """Logits [b, v] of all pieces at the masks."""
        return guess(model, batch["inputs"], batch["places"]).float()

    def scores(self, guesses: torch.Tensor) -> torch.Tensor:
        """Logits [b, c] of the labels: means of those of their pieces."""
        labels = self.labels.to(guesses.device)
        return guesses[:, : labels.shape[1]] @ labels.T


def clozes(
    model: Any, tokenizer: Any, examples: Labelled, verbalizer: Mixture, template: str, where: str
) -> Clozes:
    """Put examples of the task class into a template with one {text} and one {mask}."""
    if template.count("{text}") != 1 or template.count("{mask}") != 1:
        raise BadSetting(
            f"{where}: template must hold {{text}} once and {{mask}} once, got '{template}'"
        )
    if examples.task != "class":
        raise BadValue(f"{where}: needs examples of task class, got '{examples.task}'")
    if examples.table["text"].null_count:
        raise BadValue(f"{where}: column 'text' has missing values")
    if tokenizer.mask_token_id is None:
        raise BadFile(f"{where}: the tokenizer of {tokenizer.name_or_path} has no mask piece")
    limit = longest(model, tokenizer)
    ids, places = _cut(tokenizer, examples.table["text"].to_pylist(), template, limit, where)
    nothing, count = [np.zeros(len(own), dtype=np.int64) for own in ids], len(ids)
    types = nothing if "token_type_ids" in tokenizer.model_input_names else None
    windows = Windows(
        ids, types, nothing, np.zeros(count, dtype=np.int64), np.arange(count), count, [], limit, tokenizer.pad_token_id or 0
    )  # fmt: skip
    matrix = torch.from_numpy(verbalizer.matrix.toarray()).float()
    return Clozes(windows, np.array(places, dtype=np.int64), matrix)


def _cut(
    tokenizer: Any, texts: list[str], template: str, limit: int, where: str
) -> tuple[list[np.ndarray], list[int]]:
    """The pieces of each text in the template, at most `limit`, and where its mask stands."""
    before, behind = template.replace("{mask}", tokenizer.mask_token).split("{text}")
    ahead = tokenizer.mask_token in before
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    cut = backend.encode_batch([f"{before}{text}{behind}" for text in texts])
    ids, places, shortened = [], [], 0
    for text, made in zip(texts, cut, strict=True):
        own, offsets = np.array(made.ids, dtype=np.int64), np.array(made.offsets)
        inside = (offsets[:, 1] > len(before)) & (offsets[:, 0] < len(before) + len(text))
        spare = len(own) - limit
        if spare > 0:
            own = np.delete(own, np.flatnonzero(inside)[-spare:])
            shortened += 1
        masks = np.flatnonzero(own == tokenizer.mask_token_id)
        if len(own) > limit or not len(masks):
            raise BadSetting(f"{where}: template '{template}' does not fit into {limit} pieces")
        # a text may hold a mask of its own
        places.append(int(masks[0] if ahead else masks[-1]))
        ids.append(own)
    if shortened:
        log.warning("%s: %d of %d texts lose their end", where, shortened, len(texts))
    return ids, places
