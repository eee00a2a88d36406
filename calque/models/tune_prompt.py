"""Prompts that learn from related tasks how a frozen model says labels, and still says those it never saw.

Source: Philippy et al. 2025, "Enhancing Small Language Models for Cross-Lingual Generalized Zero-Shot Classification
with Soft Prompt Tuning" (RoSPrompt), https://aclanthology.org/2025.lm4uc-1.8
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadSetting, BadValue
from calque.models.clozes import TEMPLATE, check_verbalizer, clozes
from calque.models.fitting import Fitting
from calque.models.folder import open_tokenizer
from calque.models.inserted import inserted
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.whole import named_by, open_whole
from calque.roles import part
from calque.values import Checkpoint, Labelled, Mixture, Patch

_WHERE = "models.tune_prompt"
_SIZE = 16  # examples of a step


@part(paper="rosprompt")
def tune_prompt(
    checkpoint: Checkpoint,
    examples: Labelled,
    verbalizer: Mixture,
    patchers: list[Callable[..., Any]],
    *,
    template: str = TEMPLATE,
    smoothing: float = 0.1,
    holding: float = 1.0,
    epochs: int = 10,
    learning_rate: float = 1e-2,
    seed: int = 0,
) -> Patch:
    """Learn prompts by which the model says the examples' labels at a mask: a patch of modules, no head.

    The model reads without dropout and stays bit-equal. Two things keep what it can say of other labels: a share of
    each target goes to the labels that are wrong, and what is guessed at the mask, of all pieces, must not
    leave what the model guesses there without the prompts. With both at 0 this is plain prompt tuning.
    How exactly the paper smooths and what it penalizes we know by name alone ("contrastive label smoothing", "a
    penalty term"): the formulas are ours.

    checkpoint: with a masked-language head
    examples:   of task class, in a language that has them; a few of each label do
    verbalizer: what these labels are made of (`vocabulary.verbalizer`); others may be among them, they are said
                to be wrong. `models.verbalize` takes another one, for other labels
    patchers:   parts that put modules in, for example `adaptation.prompt`
    template:   holds {text} and {mask} once each; what `models.verbalize` reads must look alike
    smoothing:  share in [0, 1) of a target that is spread over the other labels
    holding:    weight of the divergence (nats) of all pieces from those without prompts
    learning_rate: peak of a linear schedule
    """
    check_verbalizer(checkpoint, verbalizer, _WHERE)
    if not 0 <= smoothing < 1 or holding < 0:
        raise BadSetting(
            f"{_WHERE}: smoothing must lie in [0, 1) and holding not be negative, got {smoothing} and {holding}"
        )
    names = verbalizer.new
    lost = sorted({str(label) for label in examples.gold} - {*names})
    if lost or len(names) < 2 or not len(examples):
        raise BadValue(
            f"{_WHERE}: {len(examples)} examples, {len(names)} labels"
            + (f"; '{lost[0]}' is none of them: {', '.join(names)}" if lost else "")
        )
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    fitting = Fitting(checkpoint, model, patchers, None, seed)
    if any(each.kind != "module" for each in fitting.planned):
        raise BadSetting(f"{_WHERE}: patchers must put modules in, such as adaptation.prompt")
    asked = clozes(model, tokenizer, examples, verbalizer, template, _WHERE)
    gold = torch.tensor([names.index(label) for label in examples.gold])
    wrong = smoothing / (len(names) - 1)
    targets = torch.full((len(gold), len(names)), wrong)
    targets[torch.arange(len(gold)), gold] = 1 - smoothing

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, Any]:
        return asked.batch(rows) | {"targets": targets[torch.from_numpy(rows)]}

    def objective(model: Any, batch: dict[str, Any]) -> torch.Tensor:
        said = asked.guesses(model, batch)
        loss = F.cross_entropy(asked.scores(said), batch["targets"])
        if not holding:
            return loss
        own: Any = inserted(model)
        with torch.no_grad(), own.aside():
            before = asked.guesses(model, batch).log_softmax(-1)
        away = F.kl_div(said.log_softmax(-1), before, log_target=True, reduction="batchmean")
        return loss + holding * away

    train(
        model,
        [Stream("labels", shuffled(asked.windows.lengths, make, size=_SIZE), objective)],
        epochs=epochs,
        learning_rate=learning_rate,
        weight_decay=0.0,
        trains=fitting.trains,
        dropout=False,
        seed=seed,
        name=named_by(
            "tune_prompt", checkpoint, examples, verbalizer, patchers, template, smoothing, holding, epochs,
            learning_rate, seed,
        ),
    )  # fmt: skip
    return fitting.patch(tokenizer)
