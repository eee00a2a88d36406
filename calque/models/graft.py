"""The head of one model on the body of another."""

from typing import Any

from torch import nn

from calque.errors import BadFile, BadValue
from calque.models.biaffine import WIDTHS
from calque.models.folder import head_names, open_tokenizer
from calque.models.heads import TASKS, trained_head, with_head
from calque.models.whole import kind_of, write_whole
from calque.roles import part
from calque.values import Checkpoint


@part
def graft(body: Checkpoint, head: Checkpoint) -> Checkpoint:
    """Put the task head of one model on the body of another, both bit-equal.

    body: gives its body and vocabulary; a head that it has is left behind
    head: gives task, labels and the weights of its head, pooler included

    The bodies must be alike: a body whose vocabulary was swapped or that was trained on in another
    language, or the same body before training, so that several runs start from one head.
    """
    task = head.config.get("calque_task") or kind_of(head)
    if task not in TASKS:
        raise BadFile(f"{head.folder}: no head of a task (found: {task}); train one first")
    giver, labels = trained_head(head, task)
    config: Any = giver.config
    taker: Any = with_head(body, task, labels, widths=getattr(config, "calque_widths", WIDTHS))
    if labels:
        taker.config.id2label = dict(enumerate(labels))
        taker.config.label2id = {label: index for index, label in enumerate(labels)}
    if hasattr(config, "calque_unanswered"):
        taker.config.calque_unanswered = config.calque_unanswered
    given, own = _head(giver), _head(taker)
    shapes = [{name: list(p.shape) for name, p in side.items()} for side in (given, own)]
    if shapes[0] != shapes[1]:
        raise BadValue(
            f"models.graft: the head weights of {head.folder} are not those that {body.folder} "
            f"would have: {shapes[0]} and {shapes[1]}"
        )
    for name, parameter in given.items():
        own[name].data.copy_(parameter.data)
    return write_whole(taker, open_tokenizer(body))


def _head(model: Any) -> dict[str, nn.Parameter]:
    """Head and pooler, which some families count to the body, but only heads read."""
    names = set(head_names(model))
    return {n: p for n, p in model.named_parameters() if n in names or ".pooler." in n}
