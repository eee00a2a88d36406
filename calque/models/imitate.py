"""A student learns to give a sentence the vector that a teacher gives its translation.

Source: Reimers & Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge
Distillation", section 2, https://arxiv.org/abs/2004.09813
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.batches import collate, encode, longest
from calque.models.composed import compose, finer_pieces, fold, read_finer
from calque.models.folder import open_tokenizer
from calque.models.shuffled import shuffled
from calque.models.thinned import thinned
from calque.models.tokens import vocabulary_of
from calque.models.train import Stream, train
from calque.models.whole import body_name, named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Checkpoint, Mixture, Texts

_BANK = 4096  # vectors of other sentences that a batch is given beside its own
# new words learn fast, what the body knows is to be kept
_RATES = {"word_embeddings|tok_embeddings|embed_tokens|wte": 2e-3, "": 1e-4}
_FINER = 0.3  # share of the pieces that are cut finer where rows are composed
_COMPOSED = {r"\.grams$": 2e-3, "": 1e-4}


@part(paper="reimers-gurevych-2020-making")
def imitate(
    student: Checkpoint,
    texts: Texts,
    vectors: np.ndarray,
    also: Texts | None = None,
    also_vectors: np.ndarray | None = None,
    grams: Mixture | None = None,
    *,
    loss: Callable[..., Any],
    epochs: int = 1,
    learning_rate: float | dict[str, float] | None = None,
    batch_size: int = 32,
    drop: float = 0.2,
    pooling: Literal["mean", "first"] = "mean",
    seed: int = 0,
) -> Checkpoint:
    """Train the student's body so that its vector of each text comes near the one given.

    student: a body, or a model with a head, which stays bit-equal: so one tuned model serves more
             languages. Its vocabulary may have been swapped
    texts:   what the student reads, for example the target side of a bitext
    vectors: [n, d]  what it is to answer, row by row: the teacher's vectors of the source side
             (`models.sentences` with the same pooling); d is the student's width
    also, also_vectors: further texts [m] and their vectors [m, d], for example of the source
             language, so that it is kept, and read with the pieces that both languages share
    grams:   [t, g] of the student's pieces (`vocabulary.grams`): its word rows then move only by what
             they share with others in spelling, so that no sentence can be learned by heart through
             a word that it alone has, and words of no sentence learn too. A word of one piece is
             cut finer for three in ten of its places, as unseen words will be
    loss:    called with student [b, d], teacher [b, d] and up to 4096 vectors of other rows [k, d];
             a part with the role loss, for example `distillation.sentence`
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`), of
             which 0 freezes. The default moves word embeddings, or grams, fast and the rest slowly
    drop:    share in [0, 1) of the ordinary pieces that are left out of what the student reads, other
             ones each time, so that it does not hang on single ones; saves as much time
    pooling: "mean" of the pieces' states, or the "first" piece's state, which is what heads of
             classifiers read

    The model's own dropout is off, as the vectors are exact. A text longer than the model takes
    loses its end, counted in a warning.
    """
    if pooling not in ("mean", "first"):
        raise BadSetting(f"models.imitate: pooling is 'mean' or 'first', got '{pooling}'")
    if not 0 <= drop < 1:
        raise BadSetting(f"models.imitate: drop must lie in [0, 1), got {drop}")
    if batch_size < 1:
        raise BadSetting(f"models.imitate: batch_size must be at least 1, got {batch_size}")
    model, tokenizer = open_whole(student), open_tokenizer(student)
    read, answers = _joined(texts, vectors, also, also_vectors, model.config.hidden_size)
    windows = encode(tokenizer, read, maximum=longest(model, tokenizer), windows=False)
    wanted = torch.from_numpy(answers)
    composed, finer = None, {}
    if grams is not None:
        vocabulary = vocabulary_of(tokenizer)
        composed = compose(model, grams, vocabulary.pieces)
        finer = finer_pieces(vocabulary, windows)

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        seen, places = windows, rows
        if finer:
            seen, places = read_finer(seen, places, finer, _FINER, generator), np.arange(len(rows))
        if drop:
            seen, places = thinned(seen, places, drop, generator), np.arange(len(rows))
        inputs = collate(seen, places)
        others = np.setdiff1d(np.arange(len(wanted)), rows)
        if len(others) > _BANK:
            others = generator.choice(others, _BANK, replace=False)
        return {"inputs": inputs, "teacher": wanted[rows], "bank": wanted[others]}

    def objective(model: nn.Module, batch: dict[str, Any]) -> torch.Tensor:
        vectors = _pooled(model, batch["inputs"], pooling)
        with torch.autocast(vectors.device.type, enabled=False):  # cosines need all their digits
            return loss(vectors.float(), batch["teacher"], batch["bank"])

    rates = learning_rate
    if rates is None:
        rates = _RATES if composed is None else _COMPOSED
    name = named_by(
        "imitate", student, texts, vectors, also, also_vectors, grams, loss, epochs, rates, _FINER,
        batch_size, drop, pooling, seed,
    )  # fmt: skip
    train(
        model,
        [Stream("imitation", shuffled(windows.lengths, make, size=batch_size), objective)],
        epochs=epochs,
        learning_rate=rates,
        weight_decay=0.0,
        trains=f"^{body_name(model)}",
        dropout=False,
        seed=seed,
        name=name,
    )
    if composed is not None:
        fold(model, composed)
    return write_whole(model, tokenizer)


def _joined(
    texts: Texts,
    vectors: np.ndarray,
    also: Texts | None,
    also_vectors: np.ndarray | None,
    width: int,
) -> tuple[list[str], np.ndarray]:
    """All texts and their vectors [n + m, d] float32."""
    if (also is None) != (also_vectors is None):
        raise BadValue("models.imitate: give both 'also' and 'also_vectors', or neither")
    given = [(texts, vectors, "texts")]
    if also is not None and also_vectors is not None:
        given.append((also, also_vectors, "also"))
    for some, wanted, name in given:
        if wanted.ndim != 2 or len(wanted) != len(some) or not len(some):
            raise BadValue(
                f"models.imitate: {len(some)} {name} need as many vectors, got shape {wanted.shape}"
            )
        if wanted.shape[1] != width:
            raise BadValue(
                f"models.imitate: the vectors have {wanted.shape[1]} numbers, the student's {width}; "
                "project them, or take a teacher of the student's width"
            )
        if not np.isfinite(wanted).all():
            row = int(np.argmin(np.isfinite(wanted).all(axis=1)))
            raise BadValue(f"models.imitate: the vector of row {row} of {name} is not finite")
    read = [text for some, _, _ in given for text in some]
    return read, np.concatenate([wanted for _, wanted, _ in given]).astype(np.float32)


def _pooled(model: Any, inputs: dict[str, torch.Tensor], pooling: str) -> torch.Tensor:
    """Sentence vectors [b, d] from the body's last states."""
    states = model.base_model(**inputs).last_hidden_state
    mask = inputs["attention_mask"]
    if pooling == "first":
        return states[torch.arange(len(states), device=states.device), mask.argmax(dim=1)]
    seen = mask[:, :, None].to(states.dtype)
    return (states * seen).sum(dim=1) / seen.sum(dim=1).clamp_min(1)
