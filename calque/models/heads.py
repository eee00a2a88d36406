"""Which head a task needs: the standard ones of transformers, so that plain transformers loads them; for parses our own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.biaffine import WIDTHS
from calque.models.folder import KINDS, configuration, open_model
from calque.values import Checkpoint
from calque.values.checkpoint import PARSER

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TASKS = ("class", "pair", "tags", "parse", "answer")


def with_head(
    checkpoint: Checkpoint,
    task: str,
    labels: Sequence[str],
    *,
    widths: Sequence[int] = WIDTHS,
    seed: int = 0,
) -> "PreTrainedModel":
    """Open the model with a head for these labels; float32, evaluation mode.

    A head already trained for this task and exactly these labels is kept, in its own order of
    labels (`labels_of`); otherwise the last layer is drawn anew from a normal distribution with
    the model's `initializer_range`, bias 0. The configuration says task and labels, so that the
    folder that `save_pretrained` makes of the model is complete.

    task:   "class", "pair", "tags", "parse" or "answer"
    labels: at least two, each once; relations of a parse; none for answers
    widths: of what arcs and what relations of a parse are read from
    seed:   draws what is new
    """

    if task not in TASKS:
        raise BadSetting(f"models: no head for task '{task}'; there are: {', '.join(TASKS)}")
    if task != "answer" and (len(labels) < 2 or len(set(labels)) != len(labels)):
        raise BadValue(f"models: a head needs at least two labels, each once; got {list(labels)}")
    known = labels_of(checkpoint)
    if task_of(checkpoint) == task and (task == "answer" or set(known) == set(labels)):
        return open_model(checkpoint, task)
    config = configuration(checkpoint)
    if task == "answer":
        config.num_labels = 2  # a beginning and an end, whatever the body was before
    else:
        config.id2label = dict(enumerate(labels))
        config.label2id = {label: index for index, label in enumerate(labels)}
    config.calque_task = task
    texts = task in ("class", "pair")
    config.problem_type = "single_label_classification" if texts else None
    if task == "parse":
        config.calque_widths = list(widths)
    if config.pad_token_id is None:  # decoders: the head looks for the last piece before padding
        config.pad_token_id = first_id(config.eos_token_id)
    model = open_model(checkpoint, task, config=config, seed=seed)
    if task != "parse":  # whose folder keeps no head of another task
        _redraw(model, seed)
    return model


def _redraw(model: "PreTrainedModel", seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    deviation = getattr(model.config, "initializer_range", 0.02)
    with torch.no_grad():
        for name in last_layer(model):
            parameter = model.get_parameter(name)
            if parameter.dim() > 1:
                parameter.normal_(0.0, deviation, generator=generator)
            else:
                parameter.zero_()


def last_layer(model: "PreTrainedModel") -> list[str]:
    """Names of the parameters with a row for each label, or for an answer's beginning and end."""
    import copy

    config = copy.deepcopy(model.config)
    config.num_labels = len(config.id2label or ()) + 1
    with torch.device("meta"):
        wider = type(model)(config)
    shapes = {name: parameter.shape for name, parameter in wider.named_parameters()}
    return [name for name, own in model.named_parameters() if own.shape != shapes[name]]


def task_of(checkpoint: Checkpoint) -> str | None:
    """The task that the folder's head was trained for; None without a head of ours or of a known kind."""
    config = checkpoint.config
    if "calque_task" in config:
        return config["calque_task"]
    for name in config.get("architectures") or []:
        for task in ("class", "tags", "answer"):
            if name.endswith(KINDS[task].removeprefix("AutoModel")):
                return task
    return None


def labels_of(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The labels of the folder's head, by index; empty where it has none."""
    names = checkpoint.config.get("id2label") or {}
    return tuple(names[key] for key in sorted(names, key=int))


def trained_head(checkpoint: Checkpoint, task: str) -> tuple["PreTrainedModel", tuple[str, ...]]:
    """Open a model with its trained head, and the head's labels by index; BadFile where there is none."""
    found = task_of(checkpoint)
    # hub folders do not tell pairs from single texts: the head is the same
    if found is None or KINDS.get(found) != KINDS[task]:
        raise BadFile(
            f"{checkpoint.folder}: no head for task '{task}' (found: {found or 'none'}); train one first"
        )
    if task == "answer":
        return open_model(checkpoint, task), ()
    if task == "parse" and not (checkpoint.folder / PARSER).is_file():
        raise BadFile(
            f"{checkpoint.folder}: no {PARSER}, the parser's head; is the folder complete?"
        )
    labels = labels_of(checkpoint)
    if not labels:
        raise BadFile(f"{checkpoint.folder}: config.json does not name its labels (id2label)")
    return open_model(checkpoint, task), labels


def first_id(ids: int | list[int] | None) -> int | None:
    """Some configurations list several ids for one role; the first is the one to write."""
    return ids[0] if isinstance(ids, list) else ids
