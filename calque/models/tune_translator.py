"""Training of translators on sentence pairs of one or several pairs of languages.

Source: one model for all, told by a mark what to write: Johnson et al. 2017, "Google's Multilingual Neural
Machine Translation System", https://arxiv.org/abs/1611.04558
"""

from calque.errors import BadSetting
from calque.models.learned_pairs import Pairs, stream
from calque.models.train import train
from calque.models.translating import check_pairs, check_tokens, open_translator
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint

_WHERE = "models.tune_translator"


@part
def tune_translator(
    checkpoint: Checkpoint,
    bitexts: list[Bitext],
    *,
    epochs: int = 10,
    learning_rate: float | dict[str, float] = 2e-3,
    tokens: int = 2048,
    both: bool = True,
    smoothing: float = 0.1,
    seed: int = 0,
) -> Checkpoint:
    """Train a model to translate every source of `bitexts` into its target, all of them mixed.

    What it never sees, between two languages that only meet a third one, it may still do: zero-shot.
    Where the vocabulary has copies for languages (`vocabulary.split`), each side is read and
    written in its own.

    checkpoint: with a mark for each language that is to be written (`models.fresh_translator`)
    bitexts:    each of two languages. Pairs with a side that is empty, or longer than the model takes,
                are left out and counted: what would be cut off has its translation on the other side
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    tokens:     most pieces of one side of a batch, padding included
    both:       whether pairs are learned in both directions
    smoothing:  share in [0, 1) of each target that is spread over all pieces
    """
    check_tokens(tokens, _WHERE)
    if not 0 <= smoothing < 1:
        raise BadSetting(f"{_WHERE}: smoothing must lie in [0, 1), got {smoothing}")
    bitexts = [bitexts] if isinstance(bitexts, Bitext) else list(bitexts)
    translator = open_translator(checkpoint, _WHERE)
    pairs = Pairs.of(translator, bitexts, both, _WHERE)
    check_pairs(len(pairs), _WHERE)
    train(
        translator.model,
        [stream(pairs, tokens, smoothing)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "tune_translator", checkpoint, bitexts, epochs, learning_rate, tokens, both, smoothing, seed
        ),
    )  # fmt: skip
    return write_whole(translator.model, translator.tokenizer)
