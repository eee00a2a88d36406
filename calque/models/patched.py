"""Models with a patch on them, opened in memory: differences added, heads taken over, modules put in."""

from typing import TYPE_CHECKING, Any

import torch

from calque.errors import BadFile
from calque.models.fitting import put_modules
from calque.models.folder import KINDS, configuration, open_model
from calque.models.heads import trained_head
from calque.models.patching import put_on
from calque.values import Checkpoint, Patch
from calque.values.weights import resolved

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def open_patched(checkpoint: Checkpoint, patch: Patch | None, kind: str) -> "PreTrainedModel":
    """Open a model as `open_model` does, with a patch on it.

    kind: what the patch's head, if it has one, is for; "encoder" leaves it out
    """
    if patch is None:
        return open_model(checkpoint, kind)
    model: Any = open_model(checkpoint, kind, config=_config(checkpoint, patch))
    put_on(model, checkpoint, patch)
    own = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers())
    with torch.no_grad():
        for entry in patch.entries:
            name = resolved(entry.name, own) if entry.kind == "whole" else None
            if name is not None:
                own[name].copy_(patch.read(entry).tensors["value"])
    put_modules(checkpoint, model, patch)
    return model.eval()


def patched_head(
    checkpoint: Checkpoint, patch: Patch | None, task: str
) -> tuple["PreTrainedModel", tuple[str, ...]]:
    """A model with its trained head or the patch's, and the head's labels by index; BadFile where there is none."""
    own: dict[str, Any] = {} if patch is None else patch.head.config
    if patch is None or not {"id2label", "calque_task"} & {*own}:
        model, labels = trained_head(checkpoint, task)
        return (model if patch is None else open_patched(checkpoint, patch, task)), labels
    found = own.get("calque_task", checkpoint.config.get("calque_task"))
    if KINDS.get(str(found)) != KINDS[task]:
        raise BadFile(f"{patch.folder}: the head of this patch is for task '{found}', not '{task}'")
    # of an answer the head knows a beginning and an end, which have no names
    names: Any = own.get("id2label") or checkpoint.config.get("id2label")
    names = {} if task == "answer" else names
    labels = tuple(names[key] for key in sorted(names, key=int))
    return open_patched(checkpoint, patch, task), labels


def _config(checkpoint: Checkpoint, patch: Patch) -> Any:

    config = configuration(checkpoint)
    changed = {name: value for name, value in patch.head.config.items() if value is not None}
    return type(config).from_dict(config.to_dict() | changed)
