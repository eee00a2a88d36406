"""A language or a task learned by what patchers choose, the rest of a model that guesses the next piece frozen.

Source: Hu et al. 2022, "LoRA", section 4, https://arxiv.org/abs/2106.09685; prompts: Lester et al. 2021, "The
Power of Scale for Parameter-Efficient Prompt Tuning", section 2, https://arxiv.org/abs/2104.08691
"""

from collections.abc import Callable
from typing import Any

from calque.models.causal import check_causal, check_tokens, read_causal, stream
from calque.models.fitting import Fitting
from calque.models.folder import open_tokenizer
from calque.models.train import train
from calque.models.whole import named_by, open_whole
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts

_WHERE = "models.causal_patch"


@part(paper="hu-etal-2022-lora")
def causal_patch(
    checkpoint: Checkpoint,
    texts: Texts,
    patch: Patch | None = None,
    *,
    patchers: list[Callable[..., Any]],
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 1e-3,
    tokens: int = 2048,
    seed: int = 0,
) -> Patch:
    """Learn to guess each next piece of `texts` by a few numbers; everything else stays bit-equal.

    checkpoint: the base, and what the patch is for
    texts:      as in `models.tune_causal`
    patch:      on the base while it learns, and not part of the result
    patchers:   parts with the role patcher, for example `adaptation.lora`; several train together
    learning_rate: peak of a linear schedule; or name patterns with a rate each. Few numbers need greater
                steps than a whole model, prompts the greatest
    tokens:     most pieces of a batch, padding included
    seed:       draws what begins at random, the order of the texts and dropout
    """
    check_causal(checkpoint, _WHERE)
    check_tokens(tokens, _WHERE)
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    fitting = Fitting(checkpoint, model, patchers, patch, seed)
    reading = read_causal(tokenizer, model, texts, ends=True, where=_WHERE)
    name = named_by(
        "causal_patch", checkpoint, texts, patch, patchers, epochs, learning_rate, tokens, seed
    )
    train(
        model,
        [stream(reading, tokens)],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=fitting.trains,
        seed=seed,
        name=name,
    )
    return fitting.patch(tokenizer)
