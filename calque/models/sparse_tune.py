"""A task learned by a few of a model's numbers.

Source: Ansell et al. 2022, "Composable Sparse Fine-Tuning for Cross-Lingual Transfer", section 3,
https://aclanthology.org/2022.acl-long.125
"""

from calque.models.lottery import lottery
from calque.models.patching import as_patch, put_on
from calque.models.supervised import supervised
from calque.models.whole import named_by
from calque.roles import part
from calque.values import Checkpoint, Labelled, Patch


@part(paper="ansell-etal-2022-composable")
def sparse_tune(
    checkpoint: Checkpoint,
    train: Labelled,
    patch: Patch | None = None,
    *,
    count: float,
    epochs: int = 3,
    learning_rate: float | dict[str, float] = 5e-5,
    batch_size: int = 16,
    seed: int = 0,
) -> Patch:
    """Learn a task by the numbers that full tuning moves most: a sparse patch with the task's head.

    Tunes all of the body but normalizations, keeps the places that moved most over all tensors, puts everything
    back, and tunes again with only those places free. Body and patch of a target language are then added:
    `adaptation.add([task, language])`, `adaptation.apply`.

    checkpoint: the base, and what the patch is for
    train:      examples of the task, as in `models.tune`
    patch:      of the source language: on the base while the task is learned, and not part of the result
    count:      numbers of the body that may change, or below 1 their share; the paper took 14,155,776, 8 % of mBERT
    epochs:     of each of both phases
    """
    task = supervised(checkpoint, train, seed)
    off = None if patch is None else put_on(task.model, checkpoint, patch)
    name = named_by(
        "sparse", checkpoint, train, patch, count, epochs, learning_rate, batch_size, seed
    )
    chosen = lottery(
        task.model,
        task.stream(batch_size),
        count=count,
        whole=set(task.outer),
        name=name,
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
    )
    if off is not None:
        off()
    return as_patch(checkpoint, task.model, task.tokenizer, chosen)
