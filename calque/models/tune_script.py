"""An encoder learns from transliterations: text and its romanization come together, whatever the script.

Source: Liu et al. 2024, "TransliCo: A Contrastive Learning Framework to Address the Script Barrier in
Multilingual Pretrained Language Models", section 3, https://arxiv.org/abs/2401.06620; both forms as
one input: Xhelili et al. 2024, "Breaking the Script Barrier in Multilingual Pre-Trained Language
Models with Transliteration-Based Post-Training Alignment", section 3, https://arxiv.org/abs/2406.19759
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadSetting
from calque.models.aligning import joint as joined
from calque.models.aligning import layer_to_align
from calque.models.batches import aligned, collate, longest
from calque.models.folder import open_tokenizer
from calque.models.forms import Forms, forms
from calque.models.guessing import Guessing, Hiding, guesses, hiding, keep_head, with_lent
from calque.models.layout import Layout, layout_of
from calque.models.shuffled import shuffled
from calque.models.states import layer_states, overheard
from calque.models.train import Stream, train
from calque.models.whole import kind_of, named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint

_TEXTS = 24  # of a step, as TransliCo has on each device; its negatives come from these alone


@part(paper="liu-etal-2024-translico")
def tune_script(
    checkpoint: Checkpoint,
    bitext: Bitext,
    *,
    masker: Callable[..., Any] | None,
    contrast: Callable[..., torch.Tensor] | None = None,
    joint: bool = False,
    layer: int | None = None,
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 2e-5,
    seed: int = 0,
) -> Checkpoint:
    """Train the body on texts in two scripts, so that the script of a sentence matters less to its states.

    checkpoint: a body, or a model with a head; a masked-language head trains with it where there is
                a masker, any other head stays bit-equal
    bitext:     texts, and the same texts romanized. Those of which both forms are cut into the same
                pieces are left out, counted in a warning; `models.masked` can learn from them. A
                form longer than the model takes loses its end
    masker:     hides pieces of either form to be guessed: a part with the role masker, for example
                `objectives.random_mask`. None leaves this and `joint` out
    contrast:   called with the mean states [b, d] of both forms' ordinary pieces, those hidden
                included, from the same forward pass: `objectives.contrast`. None leaves it out
    joint:      pieces are guessed also where both forms stand in one input, either first by chance:
                what is hidden in one script can be read in the other
    layer:      whose states are contrasted; None for the one at two thirds of the stack, 8 of 12
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)

    The losses are added. TransliCo has a masker and the contrast (2 epochs), Xhelili et al. all
    three (8 epochs, contrast with weight 0.5). Of an input with both forms that is too long the authors cut
    the end, here the longer form is cut; its positions go on from one form to the other.
    """
    where = "models.tune_script"
    if masker is None and (contrast is None or joint):
        raise BadSetting(f"{where}: give a masker, or a contrast alone")
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    hides = None if masker is None else hiding(tokenizer, masker, where)
    chosen = layer_to_align(model.base_model, layer, where)
    maximum = longest(model, tokenizer)
    both = forms(tokenizer, bitext, maximum=maximum, where=where)
    layout = layout_of(tokenizer, maximum=maximum, pad=both.source.pad) if joint else None
    learner, rates = model, learning_rate
    if masker is None or kind_of(checkpoint) != "masked":
        keep_head(model)
        if masker is not None:
            learner = Guessing(model)
            rates = with_lent(learning_rate)
    make = _maker(both, hides, layout)
    train(
        learner,
        [Stream("scripts", shuffled(both.lengths, make, size=_TEXTS), _Loss(chosen, contrast))],
        epochs=epochs,
        learning_rate=rates,
        seed=seed,
        name=named_by(
            "tune_script", checkpoint, bitext, masker, contrast, joint, chosen, epochs, rates, seed
        ),
    )
    return write_whole(model, tokenizer)


@dataclass(frozen=True)
class _Loss:
    """The sum of what is asked for, of a batch."""

    layer: int
    contrast: Callable[..., torch.Tensor] | None

    def __call__(self, model: Any, batch: dict[str, Any]) -> torch.Tensor:
        body = (model.model if isinstance(model, Guessing) else model).base_model
        total = torch.zeros((), device=next(body.parameters()).device)
        vectors = []
        for form in batch["forms"]:
            if "targets" not in form:
                states = layer_states(body, form["inputs"], self.layer)
            else:
                with overheard(body, self.layer if self.contrast else None) as heard:
                    total = total + _guessed(model, form)
                states = heard[0] if heard else None
            if states is not None:
                vectors.append(mean_of(states, form["ordinary"]))
        if self.contrast is not None:
            with torch.autocast(total.device.type, enabled=False):  # a softmax of large products
                total = total + self.contrast(*vectors)
        return total + _guessed(model, batch["joint"]) if "joint" in batch else total


def mean_of(states: torch.Tensor, ordinary: torch.Tensor) -> torch.Tensor:
    """Mean [b, d] of states [b, l, d] over the pieces that are ordinary [b, l], each row with one at least."""
    share = ordinary[:, :, None].float()
    return (states.float() * share).sum(1) / share.sum(1)


def _guessed(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    total = F.cross_entropy(guesses(model, batch).float(), batch["targets"], reduction="sum")
    return total / max(1, len(batch["targets"]))


def _maker(
    both: Forms, hides: Hiding | None, layout: Layout | None
) -> Callable[[np.ndarray, np.random.Generator], dict[str, Any]]:
    """What makes a batch of some of the texts."""

    def hidden(inputs: Any, words: Any, generator: np.random.Generator) -> dict[str, Any]:
        made = (
            {"inputs": inputs} if hides is None else hides.batch(inputs, words.numpy(), generator)
        )
        return made | {"ordinary": words >= 0}

    def make(places: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        batch: dict[str, Any] = {
            "forms": [hidden(*both.batch(side, places), generator) for side in (0, 1)]
        }
        if layout is not None:
            windows = joined(both, layout, both.rows[places], generator)
            every = np.arange(len(places))
            words = aligned(windows, every, windows.words, fill=-1)
            batch["joint"] = hidden(collate(windows, every), words, generator)
        return batch

    return make
