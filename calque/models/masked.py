"""Continued pretraining: a model goes on guessing hidden pieces, in text of the target language.

Source: Devlin et al. 2019, section 3.1, https://arxiv.org/abs/1810.04805; going on with text that is
nearer to the task: Gururangan et al. 2020, "Don't Stop Pretraining", https://arxiv.org/abs/2004.10964
"""

from collections.abc import Callable
from typing import Any

from calque.models.folder import open_tokenizer
from calque.models.guessing import LENT, Guessing, keep_head, with_lent
from calque.models.hidden import hidden_stream
from calque.models.train import train
from calque.models.whole import kind_of, named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Checkpoint, Texts


@part(paper="gururangan-etal-2020-dont")
def masked(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    masker: Callable[..., Any],
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 5e-5,
    tokens: int = 2048,
    trains: str = "",
    seed: int = 0,
) -> Checkpoint:
    """Train the body to guess the pieces of `texts` that `masker` hides, other ones each epoch.

    checkpoint: a model with a masked-language head, which trains too; or any other, which is given
                one for the time: a dense layer, normalization and the input embeddings as output.
                Its own head, if it has one, stays bit-equal
    texts:      at least one with a piece; longer than the model takes is read in windows
    masker:     called with ids, words, mask, drawable and seed: a part with the role masker, for
                example `objectives.random_mask`
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    tokens:     most pieces of a batch, padding included
    trains:     name pattern of the parameters that train, for example "embeddings"
    """
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    stream = hidden_stream(model, tokenizer, texts, masker, tokens, "models.masked")
    lends = kind_of(checkpoint) != "masked"
    if lends:
        keep_head(model)
    train(
        Guessing(model) if lends else model,
        [stream],
        epochs=epochs,
        learning_rate=with_lent(learning_rate) if lends else learning_rate,
        trains=(LENT, trains) if lends else trains,
        seed=seed,
        name=named_by(
            "masked", checkpoint, texts, masker, epochs, learning_rate, tokens, trains, seed
        ),
    )
    return write_whole(model, tokenizer)
