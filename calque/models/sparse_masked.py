"""A language learned by a few of a model's numbers.

Source: Ansell et al. 2022, "Composable Sparse Fine-Tuning for Cross-Lingual Transfer", section 3,
https://aclanthology.org/2022.acl-long.125
"""

from collections.abc import Callable
from typing import Any

from calque.models.folder import open_tokenizer
from calque.models.guessing import Guessing, keep_head, with_lent
from calque.models.hidden import hidden_stream
from calque.models.lottery import lottery
from calque.models.patching import as_patch
from calque.models.whole import kind_of, named_by, open_whole
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts


@part(paper="ansell-etal-2022-composable")
def sparse_masked(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    masker: Callable[..., Any],
    count: float,
    epochs: int = 1,
    learning_rate: float = 5e-5,
    pull: float = 0.1,
    tokens: int = 2048,
    seed: int = 0,
) -> Patch:
    """Learn a language by the numbers that guessing its hidden pieces moves most: a sparse patch of the body.

    Learns with all of the body but normalizations, keeps the places that moved most, puts everything back, and learns
    again with only those places free. The head that guesses is the model's own, which stays, or one that is
    lent for the time.

    checkpoint: the base
    texts:      of the language
    masker:     as in `models.masked`, for example `objectives.random_mask`
    count:      numbers that may change, or below 1 their share; the paper took 7,667,712, 4.3 % of mBERT
    epochs:     of each of both phases
    pull:       weight in the loss of the mean absolute change of a number of the model, 0 for none; 0.1 in
                the paper for languages, 0 for tasks. In the authors' code it has no effect, whatever it is
    tokens:     most pieces of a batch, padding included
    """
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    stream = hidden_stream(model, tokenizer, texts, masker, tokens, "models.sparse_masked")
    keep_head(model)
    lends = kind_of(checkpoint) != "masked"
    learner = Guessing(model) if lends else model
    chosen = lottery(
        learner,
        stream,
        count=count,
        whole=[name for name, _ in learner.named_parameters() if lends and name.startswith("lent.")],
        name=named_by("sparse-masked", checkpoint, texts, masker, count, epochs, learning_rate, pull, tokens, seed),
        pull=pull,
        epochs=epochs,
        learning_rate=with_lent(learning_rate) if lends else learning_rate,
        seed=seed,
    )  # fmt: skip
    if lends:
        chosen = {name.removeprefix("model."): pair for name, pair in chosen.items()}
    return as_patch(checkpoint, model, tokenizer, chosen)
