"""Models with whatever head they have: opened as their folder says, trained, written as they were."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import safe_open
from safetensors.torch import load_file, save_file

from calque import workspace
from calque.errors import BadFile
from calque.models.folder import KINDS, open_model, save
from calque.models.running import processes, shared_folder
from calque.values import Checkpoint
from calque.values.base import fingerprint

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


def kind_of(checkpoint: Checkpoint) -> str:
    """Which kind of model the folder holds: "encoder", "class", "tags", "parse", "spans", "masked", "causal" or "translator".

    BadFile for a class that none of these loads, whose head would be lost.
    """
    from transformers.models.auto import modeling_auto

    lists = {
        "encoder": modeling_auto.MODEL_MAPPING_NAMES,
        "class": modeling_auto.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
        "tags": modeling_auto.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES,
        "spans": modeling_auto.MODEL_FOR_QUESTION_ANSWERING_MAPPING_NAMES,
        "masked": modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES,
        "causal": modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        "translator": modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
    }
    if checkpoint.config.get("calque_task") == "parse":  # transformers has no class for it
        return "parse"
    names = checkpoint.config.get("architectures") or []
    for kind, known in lists.items():
        if names and any(names[0] == one or names[0] in one for one in known.values()):
            return kind
    raise BadFile(
        f"{checkpoint.folder}: config.json says architectures: {names}; calque trains what loads as "
        f"{', '.join(sorted(set(KINDS.values())))}"
    )


def open_whole(checkpoint: Checkpoint) -> "PreTrainedModel":
    """Open a model as the class that its folder names: float32, on the CPU, in evaluation mode."""
    return open_model(checkpoint, kind_of(checkpoint))


def write_whole(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast") -> Checkpoint:
    """Write a trained model to a fresh folder, once however many processes there are."""
    folder = shared_folder("model")
    if processes().is_main_process:
        save(model, tokenizer, folder)
    processes().wait_for_everyone()
    return Checkpoint(folder)


def named_by(what: str, *arguments: Any) -> str:
    """A name for the saved state of a training: another one for every other argument."""
    return f"{what}-{fingerprint([_content(argument) for argument in arguments])[:16]}"


def _content(argument: Any) -> Any:
    if isinstance(argument, functools.partial):
        return [_content(argument.func), list(argument.args), argument.keywords]
    if isinstance(argument, list):
        return [_content(each) for each in argument]
    if isinstance(argument, dict):  # of patterns the first that fits counts: their order matters
        return [[_content(key), _content(value)] for key, value in argument.items()]
    if callable(argument) and not hasattr(argument, "content_key"):
        return f"{argument.__module__}.{getattr(argument, '__qualname__', type(argument).__name__)}"
    return argument


class Stored:
    """States of a model in training, written as it goes and put back after it.

    A kill loses none of them where the workspace outlasts it. With several processes the first
    writes; `train` has all of them wait for it.
    """

    def __init__(self, model: "PreTrainedModel", name: str):
        self.model = model
        self.name = name
        self.folder = workspace.kept(name) or shared_folder(name)

    def write(self, number: int | str, **facts: float) -> None:
        """Keep the parameters that train, and what is to be remembered beside them."""
        if processes().is_main_process:
            training = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
            tensors = {name: p.detach().cpu().contiguous() for name, p in training.items()}
            with workspace.replacing(self._path(number)) as temporary:
                save_file(tensors, temporary, metadata={"facts": json.dumps(facts)})

    def facts(self, number: int | str) -> dict[str, float]:
        """What was remembered beside a state; nothing where there is none yet."""
        if not self._path(number).is_file():
            return {}
        with safe_open(self._path(number), framework="pt") as file:
            return json.loads(file.metadata()["facts"])

    def put_back(self, number: int | str) -> None:
        """Give the model the parameters of a state."""
        own = dict(self.model.named_parameters())
        for name, tensor in load_file(self._path(number)).items():
            own[name].data.copy_(tensor)

    def _path(self, number: int | str) -> Path:
        return self.folder / f"{number}.safetensors"


def body_name(model: Any) -> str:
    """What the names of the body's parameters begin with: "bert." for example, "" for a bare body."""
    return "" if model.base_model is model else f"{model.base_model_prefix}."
