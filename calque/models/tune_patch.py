"""A task learned by what patchers choose, the rest of the model frozen.

Source: Houlsby et al. 2019, "Parameter-Efficient Transfer Learning for NLP", section 2,
https://arxiv.org/abs/1902.00751; on top of a language's own: Pfeiffer et al. 2020, "MAD-X", section 3.3,
https://aclanthology.org/2020.emnlp-main.617
"""

import re
from collections.abc import Callable
from typing import Any

from calque.models.choosing import learn
from calque.models.fitting import Fitting
from calque.models.supervised import supervised
from calque.models.whole import named_by
from calque.roles import part
from calque.values import Checkpoint, Labelled, Patch


@part(paper="pfeiffer-etal-2020-mad")
def tune_patch(
    checkpoint: Checkpoint,
    train: Labelled,
    dev: Labelled | None = None,
    patch: Patch | None = None,
    *,
    patchers: list[Callable[..., Any]],
    epochs: int = 3,
    learning_rate: float | dict[str, float] = 1e-3,
    batch_size: int = 16,
    seed: int = 0,
) -> Patch:
    """Learn a task by a few numbers and a head: a patch; everything else stays bit-equal.

    checkpoint: the base, and what the patch is for
    train, dev: as in `models.tune`
    patch:      on the base while the task is learned, and not part of the result: that of the source
                language. For the target put its own there: `adaptation.compose([language, task])`
    patchers:   parts with the role patcher, for example `adaptation.lora`; several train together
    learning_rate: peak of a linear schedule; or name patterns with a rate each. Few numbers need greater
                steps than a whole model: 1e-4 for bottlenecks, 1e-3 for LoRA and biases, 1e-2 for prompts
    seed:       draws a new head, what modules begin with, the order of the examples and dropout
    """
    fitting: Fitting | None = None

    def ready(model: Any) -> None:
        nonlocal fitting
        fitting = Fitting(checkpoint, model, patchers, patch, seed)

    task = supervised(checkpoint, train, seed, ready)
    assert fitting is not None
    name = named_by(
        "tune_patch", checkpoint, train, dev, patch, patchers, epochs, learning_rate, batch_size, seed
    )  # fmt: skip
    heads = [f"^{re.escape(own)}$" for own in task.outer]
    learn(
        task,
        dev,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        trains=[*fitting.trains, *heads],
        seed=seed,
        name=name,
    )
    return fitting.patch(task.tokenizer)
