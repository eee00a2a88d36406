"""Prompts of languages and of tasks, learned together so that they go with each other in any pair.

Source: Vu et al. 2022, "Overcoming Catastrophic Forgetting in Zero-Shot Cross-Lingual Generation",
factorized prompts, https://arxiv.org/abs/2205.12647
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from calque.errors import BadSetting
from calque.models.fitting import Fitting
from calque.models.folder import open_model, open_tokenizer
from calque.models.inserted import Inserted, inserted
from calque.models.learned_pairs import Pairs, loss, stream
from calque.models.train import Stream, train
from calque.models.translating import as_translator, check_pairs, check_tokens, check_translator
from calque.models.whole import named_by
from calque.roles import part
from calque.values import Bitext, Checkpoint, Patch
from calque.values.outline import Outline, Planned

_WHERE = "models.factored_prompts"


@part(paper="zero-shot-prompt-tuning-generation")
def factored_prompts(
    checkpoint: Checkpoint,
    bitexts: list[Bitext],
    *,
    names: list[list[str]],
    count: int = 10,
    epochs: int = 10,
    learning_rate: float = 0.1,
    tokens: int = 2048,
    seed: int = 0,
) -> Patch:
    """Learn a prompt for every name, each pair led by those of its bitext; the model stays bit-equal.

    `adaptation.recombine` puts some of them before a text: those of a language and a task that never met.

    checkpoint: the base, and what the patch is for; as in `models.tune_translator`
    bitexts:    of a task in a language each, steps by how many pairs they have; every language needs some, for
                example texts with gaps (`data.holed`), and it helps if every name stands in several
    names:      per bitext the names of its prompts in order, for example [swh, gaps]
    count:      vectors of each prompt
    learning_rate: peak of a linear schedule
    tokens:     most pieces of one side of a batch, padding included
    """
    check_tokens(tokens, _WHERE)
    check_translator(checkpoint, _WHERE)
    _check(names, len(bitexts), count)
    model: Any = open_model(checkpoint, "translator")
    tokenizer = open_tokenizer(checkpoint)
    fitting = Fitting(checkpoint, model, [partial(_planned, names=names, count=count)], None, seed)
    prompts = {each.facts["of"]: module for each, module in fitting.own}
    own = inserted(model)
    assert own is not None
    own.at["prompt"] = [prompts[name] for name in max(names, key=len)]  # what room they take
    translator = as_translator(model, tokenizer, checkpoint, _WHERE)
    streams = []
    for bitext, before in zip(bitexts, names, strict=True):
        pairs = Pairs.of(translator, [bitext], False, _WHERE)
        check_pairs(len(pairs), _WHERE)
        streams.append(_led(pairs, tokens, own, [prompts[name] for name in before], len(streams)))
    train(
        model,
        streams,
        epochs=epochs,
        learning_rate=learning_rate,
        trains=fitting.trains,
        seed=seed,
        name=named_by(
            "factored_prompts", checkpoint, bitexts, names, count, epochs, learning_rate, tokens, seed
        ),
    )  # fmt: skip
    return fitting.patch(tokenizer)


def _check(names: list[list[str]], bitexts: int, count: int) -> None:
    if len(names) != bitexts or not all(names) or any(isinstance(some, str) for some in names):
        raise BadSetting(
            f"{_WHERE}: names must be a list with a list of names per bitext; there are {bitexts} bitexts, "
            f"got {names}"
        )
    if any(len(set(some)) < len(some) for some in names) or count < 1:
        raise BadSetting(
            f"{_WHERE}: a bitext has each of its names once, and count is at least 1; got {names} and {count}"
        )


def _planned(seen: Outline, *, names: list[list[str]], count: int) -> list[Planned]:
    every = dict.fromkeys(name for some in names for name in some)
    facts = {"what": "prompt", "count": count, "width": seen.width}
    return [Planned("", "module", facts | {"of": name}) for name in every]


def _led(pairs: Pairs, tokens: int, own: Inserted, prompts: Sequence[Any], number: int) -> Stream:
    """Pairs of one bitext behind its prompts."""

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        own.at["prompt"] = list(prompts)
        return loss(model, batch, 0.0)

    made = stream(pairs, tokens, 0.0)
    return replace(made, name=f"bitext {number}", objective=objective, weight=float(len(pairs)))
