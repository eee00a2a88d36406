"""Open a model with whatever head it has, and find what its parts are called."""

from typing import TYPE_CHECKING, Any

from calque.errors import BadFile
from calque.models.load import KINDS, open_model
from calque.values import Checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def kind_of(checkpoint: Checkpoint) -> str:
    """Which kind of model the folder holds: "encoder", "class", "tags", "masked" or "causal".

    BadFile for a class that none of these loads, whose head would be lost.
    """
    from transformers.models.auto import modeling_auto

    lists = {
        "encoder": modeling_auto.MODEL_MAPPING_NAMES,
        "class": modeling_auto.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
        "tags": modeling_auto.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES,
        "masked": modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES,
        "causal": modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    }
    for name in checkpoint.config.get("architectures") or ["no architecture"]:
        for kind, known in lists.items():
            if any(name == one or name in one for one in known.values()):
                return kind
    raise BadFile(
        f"{checkpoint.folder}: config.json names {checkpoint.config.get('architectures')}; "
        f"calque trains bodies and models like {', '.join(sorted(set(KINDS.values())))}"
    )


def open_whole(checkpoint: Checkpoint) -> "PreTrainedModel":
    """Open a model as the class that its folder names: float32, on the CPU, in evaluation mode."""
    return open_model(checkpoint, kind_of(checkpoint))


def body_name(model: Any) -> str:
    """What the names of the body's parameters begin with: "bert." for example, "" for a bare body."""
    return "" if model.base_model is model else f"{model.base_model_prefix}."
