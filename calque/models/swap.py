"""Give a model another vocabulary: new tokenizer, rows mixed from the old ones, body untouched."""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from scipy import sparse

from calque.errors import BadFile, BadSetting, BadValue
from calque.maths.ridge import ridge
from calque.models.anatomy import Anatomy, anatomy_of, is_table, named
from calque.models.folder import open_tokenizer, quiet, tidy_tokenizer
from calque.models.tokens import vocabulary_of, wrap
from calque.roles import part
from calque.values import Checkpoint, Mixture, Rows, Vocabulary
from calque.values.vocabulary import ROLES
from calque.workspace import fresh

log = logging.getLogger(__name__)

_INDEX = "model.safetensors.index.json"
_OLD_TOKENIZER = {
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
}
_PENALTY = 3.0  # of rows fitted to their grams
_FARTHEST = 4096  # how far the padding id may move where positions are counted from it


@part
def swap(
    checkpoint: Checkpoint,
    vocabulary: Vocabulary,
    mixture: Mixture,
    grams: Mixture | None = None,
    rows: Rows | None = None,
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> Checkpoint:
    """Replace the vocabulary: each new row of every table over it is the mixture of old rows.

    vocabulary: the new one; its special pieces take the places that the old ones had by role
    mixture:    [t, s], from the checkpoint's pieces to the new vocabulary's
    grams:      [t, g], what spelling the new pieces share (`vocabulary.grams`). Every row that has
                grams is then their sum, of vectors fitted to the rows that the mixture knows (ridge
                regression): pieces of which it knows nothing are guessed from those spelled alike,
                and those of which it knows little are smoothed
    rows:       what pieces have of which the mixture knows nothing (`models.predict_rows`)
    noise:      how far rows that are still unknown are drawn around the mean of the old ones, in
                standard deviations; 0 gives all of them the mean, 1 is what most papers do
    seed:       of that drawing

    Input rows, output rows (tied or not) and the output bias are mixed; every other weight is
    copied bit for bit. A special piece of which the mixture knows nothing takes the row of the old
    piece of its role. Models of the RoBERTa kind count positions from behind the padding id:
    their table of positions moves with it.
    """
    if noise < 0:
        raise BadSetting(f"models.swap: noise must not be negative, got {noise}")
    tokenizer = open_tokenizer(checkpoint)
    old = vocabulary_of(tokenizer)
    _fit(old, vocabulary, mixture)
    if grams is not None and grams.new != vocabulary.pieces:
        raise BadValue("models.swap: the grams are those of another vocabulary")
    if rows is not None and rows.pieces != vocabulary.pieces:
        raise BadValue("models.swap: the rows are those of another vocabulary")
    anatomy = anatomy_of(checkpoint)
    shift = _shift(anatomy, vocabulary)
    folder = fresh("model")
    names = [name for name in tokenizer.model_input_names if name in anatomy.takes]
    with quiet():
        wrap(vocabulary, tokenizer, names).save_pretrained(folder)
    tidy_tokenizer(folder)
    mix = _Mix(_with_roles(mixture, old, vocabulary), grams, rows, anatomy.outputs, noise, seed)
    _write_weights(checkpoint, folder, anatomy, mix, shift)
    _write_settings(checkpoint, folder, anatomy, old, vocabulary, shift)
    result = Checkpoint(folder)
    if vocabulary_of(open_tokenizer(result)).pieces != vocabulary.pieces:
        raise BadValue(
            "models.swap: the tokenizer does not keep its ids when transformers loads it"
        )
    return result


@dataclass(frozen=True)
class _Mix:
    """How new rows come from old ones."""

    mixture: Mixture
    grams: Mixture | None
    rows: Rows | None
    outputs: frozenset[str]
    noise: float
    seed: int

    def apply(self, name: str, rows: np.ndarray) -> np.ndarray:
        """New rows [t, ...] of the old rows [s, ...] of the weight with this name."""
        apart = named(name, self.outputs)  # output rows of their own are drawn by themselves
        mixed = self.mixture.apply(rows, noise=self.noise, seed=[self.seed, int(apart)])
        if self.rows is not None:
            given = self.rows.bias if rows.ndim == 1 else self.rows.inputs
            if rows.ndim > 1 and self.rows.outputs is not None and named(name, self.outputs):
                given = self.rows.outputs
            if given is None or given.shape != mixed.shape:
                raise BadValue(
                    f"models.swap: weight {name} needs rows of shape {mixed.shape}, but those given "
                    f"are {'none' if given is None else given.shape}"
                )
            filled = self.rows.known & ~self.mixture.known
            mixed[filled] = given[filled]
        if self.grams is None:
            return mixed
        flat = mixed.reshape(len(mixed), -1)
        spelled = self.grams.known
        taught = spelled & self.mixture.known
        if not taught.any():
            return mixed
        mean = flat[taught].mean(axis=0)
        matrix: Any = self.grams.matrix
        fitted = ridge(matrix[taught], flat[taught] - mean, penalty=_PENALTY)
        flat[spelled] = matrix[spelled] @ fitted + mean
        return flat.reshape(mixed.shape).astype(rows.dtype)


def _fit(old: Vocabulary, new: Vocabulary, mixture: Mixture) -> None:
    for name, has, wants in (("old", mixture.old, old.pieces), ("new", mixture.new, new.pieces)):
        if has != wants:
            at = next((i for i, (a, b) in enumerate(zip(has, wants, strict=False)) if a != b), None)
            where = "" if at is None else f", first at {at}: {has[at]!r} and {wants[at]!r}"
            raise BadValue(
                f"models.swap: the mixture's {len(has)} {name} pieces are not the {len(wants)} of the "
                f"{'checkpoint' if name == 'old' else 'vocabulary'}{where}"
            )


def _shift(anatomy: Anatomy, vocabulary: Vocabulary) -> int:
    """By how many rows the tables of positions move."""
    if not anatomy.positions:
        return 0
    pad = vocabulary.role_id("pad")
    if pad is None:
        raise BadValue("models.swap: the model needs a padding piece; name it in `special`")
    shift = pad - int(anatomy.config.pad_token_id)
    if abs(shift) > _FARTHEST:
        raise BadValue(
            f"models.swap: the model counts positions from the padding id, which would be {pad}; "
            "put the padding piece near the start of the vocabulary"
        )
    return shift


def _with_roles(mixture: Mixture, old: Vocabulary, new: Vocabulary) -> Mixture:
    cells = [
        (row, source)
        for row, source in new.special_from(old).items()
        if source is not None and not mixture.known[row]
    ]
    changed = mixture
    if cells:
        rows, sources = zip(*cells, strict=True)
        added = sparse.csr_matrix((np.ones(len(cells)), (rows, sources)), mixture.matrix.shape)
        changed = Mixture(sparse.csr_matrix(mixture.matrix + added), mixture.new, mixture.old)
    unknown = int((~changed.known).sum())
    log.info("%d of %d new rows are unknown", unknown, len(changed.new))
    return changed


def _write_weights(
    checkpoint: Checkpoint, folder: Path, anatomy: Anatomy, mix: _Mix, shift: int
) -> None:
    mixed, total = 0, 0
    for path in checkpoint.weights:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            facts = file.metadata()
        for name, tensor in tensors.items():
            if is_table(name, tensor.shape, anatomy):
                tensors[name] = _mix(name, tensor, mix)
                mixed += 1
            elif shift and named(name, anatomy.positions):
                tensors[name] = _moved(tensor, int(anatomy.config.pad_token_id), shift)
        save_file(tensors, folder / path.name, metadata=facts)
        total += sum(tensor.nbytes for tensor in tensors.values())
    if not mixed:
        raise BadFile(
            f"{checkpoint.folder}: no weight has a row for each of {len(mix.mixture.old)} pieces"
        )
    if (checkpoint.folder / _INDEX).is_file():
        index = json.loads((checkpoint.folder / _INDEX).read_text(encoding="utf-8"))
        index["metadata"] = {**index.get("metadata", {}), "total_size": total}
        _write(folder / _INDEX, index)


def _mix(name: str, tensor: torch.Tensor, mix: _Mix) -> torch.Tensor:
    count = len(mix.mixture.old)
    if len(tensor) < count:
        raise BadFile(f"weight {name} has {len(tensor)} rows, the tokenizer {count} pieces")
    rows = tensor[:count].float().numpy()  # rows behind the last piece only fill up
    return torch.from_numpy(np.ascontiguousarray(mix.apply(name, rows))).to(tensor.dtype)


def _moved(table: torch.Tensor, pad: int, shift: int) -> torch.Tensor:
    """The table of positions whose first used row, pad + 1, has come to pad + shift + 1."""
    if shift < 0:
        return table[-shift:].clone()
    return torch.cat([table.new_zeros(shift, table.shape[1]), table])


def _write_settings(
    checkpoint: Checkpoint,
    folder: Path,
    anatomy: Anatomy,
    old: Vocabulary,
    new: Vocabulary,
    shift: int,
) -> None:
    defaults = {k: v for k, v in anatomy.config.to_dict().items() if k.endswith("_token_id")}
    for path in sorted(checkpoint.folder.rglob("*.json")):
        name = path.relative_to(checkpoint.folder)
        if str(name) in ("config.json", "generation_config.json"):
            settings = json.loads(path.read_text(encoding="utf-8"))
            if path.name == "config.json":
                settings = defaults | settings | {"vocab_size": len(new)}
                if shift:
                    settings["max_position_embeddings"] += shift
            for key, value in settings.items():
                if key.endswith("_token_id"):
                    settings[key] = _translated(key, value, old, new)
            _write(folder / name, settings)
        elif path.name not in _OLD_TOKENIZER | {_INDEX}:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)


def _translated(key: str, value: Any, old: Vocabulary, new: Vocabulary) -> Any:
    """The new id for a setting such as `decoder_start_token_id`; None where there is no such piece."""
    if isinstance(value, list):
        ids = [_translated(key, item, old, new) for item in value]
        return [index for index in ids if index is not None] or None
    if value is None:
        return None
    role = key.removesuffix("_token_id")
    if role not in ROLES:  # its role is that of the piece which it names
        role = next((known for known in ROLES if old.special_id(known) == value), "")
    if role:
        return new.role_id(role)
    return new.fast.token_to_id(old.pieces[value]) if 0 <= value < len(old) else None


def _write(path: Path, settings: dict[str, Any]) -> None:
    text = json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
