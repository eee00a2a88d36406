"""A task learned by what patchers choose, the rest of a model that reads and writes frozen.

Source: Vu et al. 2022, "Overcoming Catastrophic Forgetting in Zero-Shot Cross-Lingual Generation",
https://arxiv.org/abs/2205.12647; low-rank: Chronopoulou et al. 2024, "Language and Task Arithmetic with
Parameter-Efficient Layers for Zero-Shot Summarization", section 3, https://arxiv.org/abs/2311.09344
"""

from collections.abc import Callable
from typing import Any

from calque.models.fitting import Fitting
from calque.models.folder import open_model, open_tokenizer
from calque.models.learned_pairs import Pairs, stream
from calque.models.train import train
from calque.models.translating import as_translator, check_pairs, check_tokens, check_translator
from calque.models.whole import named_by
from calque.roles import part
from calque.values import Bitext, Checkpoint, Patch

_WHERE = "models.translator_patch"


@part(paper="zero-shot-prompt-tuning-generation")
def translator_patch(
    checkpoint: Checkpoint,
    bitexts: list[Bitext],
    patch: Patch | None = None,
    *,
    patchers: list[Callable[..., Any]],
    epochs: int = 10,
    learning_rate: float | dict[str, float] = 1e-3,
    tokens: int = 2048,
    both: bool = False,
    seed: int = 0,
) -> Patch:
    """Learn to write the target of every source of `bitexts` by a few numbers; everything else stays bit-equal.

    checkpoint: the base, and what the patch is for; as in `models.tune_translator`
    bitexts:    all of them mixed: those of the task, and unlabelled texts with gaps beside themselves whole
                (`data.holed`), of languages that are not to be forgotten
    patch:      on the base while it learns, and not part of the result: the prompt of a language for example
    patchers:   parts with the role patcher, for example `adaptation.prompt`; several train together
    learning_rate: peak of a linear schedule; or name patterns with a rate each. Few numbers need greater
                steps than a whole model, prompts the greatest
    tokens:     most pieces of one side of a batch, padding included
    both:       whether pairs are learned in both directions
    seed:       draws what begins at random, the order of the pairs and dropout
    """
    check_tokens(tokens, _WHERE)
    bitexts = [bitexts] if isinstance(bitexts, Bitext) else list(bitexts)
    check_translator(checkpoint, _WHERE)
    model: Any = open_model(checkpoint, "translator")
    tokenizer = open_tokenizer(checkpoint)
    fitting = Fitting(checkpoint, model, patchers, patch, seed)
    translator = as_translator(model, tokenizer, checkpoint, _WHERE)  # what is put in takes room
    pairs = Pairs.of(translator, bitexts, both, _WHERE)
    check_pairs(len(pairs), _WHERE)
    name = named_by(
        "translator_patch", checkpoint, bitexts, patch, patchers, epochs, learning_rate, tokens, both, seed
    )  # fmt: skip
    train(
        model,
        [stream(pairs, tokens, 0.0)],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=fitting.trains,
        seed=seed,
        name=name,
    )
    return fitting.patch(tokenizer)
