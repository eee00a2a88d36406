"""A language learned by what patchers choose, the rest of the model frozen.

Source: Pfeiffer et al. 2020, "MAD-X", section 3.2, https://aclanthology.org/2020.emnlp-main.617
"""

from collections.abc import Callable
from typing import Any

from calque.models.fitting import Fitting
from calque.models.folder import open_tokenizer
from calque.models.guessing import LENT, Guessing, with_lent
from calque.models.hidden import hidden_stream
from calque.models.train import train
from calque.models.whole import kind_of, named_by, open_whole
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts


@part(paper="pfeiffer-etal-2020-mad")
def masked_patch(
    checkpoint: Checkpoint,
    texts: Texts,
    patch: Patch | None = None,
    *,
    masker: Callable[..., Any],
    patchers: list[Callable[..., Any]],
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 1e-3,
    tokens: int = 2048,
    seed: int = 0,
) -> Patch:
    """Learn a language by a few numbers, guessing hidden pieces: a patch without a head.

    checkpoint: the base, and what the patch is for. A masked-language head that it has stays as it is; else one
                is lent for the time, and trains
    texts:      of the language, at least one with a piece
    patch:      on the base while the language is learned, and not part of the result
    masker:     as in `models.masked`
    patchers:   parts with the role patcher: MAD-X takes `adaptation.bottleneck` (reduction 2) and
                `adaptation.invertible`
    learning_rate: peak of a linear schedule; or name patterns with a rate each; the paper took 1e-4 for
                250,000 steps
    tokens:     most pieces of a batch, padding included
    """
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    fitting = Fitting(checkpoint, model, patchers, patch, seed)
    stream = hidden_stream(model, tokenizer, texts, masker, tokens, "models.masked_patch")
    name = named_by(
        "masked_patch", checkpoint, texts, patch, masker, patchers, epochs, learning_rate, tokens, seed
    )  # fmt: skip
    lends = kind_of(checkpoint) != "masked"
    train(
        Guessing(model) if lends else model,
        [stream],
        epochs=epochs,
        learning_rate=with_lent(learning_rate) if lends else learning_rate,
        trains=[LENT, *fitting.trains] if lends else fitting.trains,
        seed=seed,
        name=name,
    )
    return fitting.patch(tokenizer)
