"""An encoder learns from parallel text to align words: its states of translated words come together.

Source: Dou and Neubig 2021, "Word Alignment by Fine-tuning Embeddings on Parallel Corpora",
section 2.2, https://arxiv.org/abs/2101.08231
"""

from collections.abc import Callable, Sequence
from typing import Any

from calque.models.aligning import (
    Aims,
    Aligner,
    check_objectives,
    fit,
    layer_to_align,
)
from calque.models.batches import longest
from calque.models.folder import open_tokenizer
from calque.models.guessing import Guessing, hiding, keep_head, with_lent
from calque.models.paired import check_above, paired
from calque.models.whole import kind_of, named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="dou-neubig-2021-word")
def tune_aligner(
    checkpoint: Checkpoint,
    bitext: Bitext,
    links: Sequence[Links] | None = None,
    *,
    objectives: Sequence[str],
    masker: Callable[..., Any] | None = None,
    layer: int | None = None,
    above: float = 0.001,
    epochs: int = 1,
    learning_rate: float | dict[str, float] = 2e-5,
    seed: int = 0,
) -> Checkpoint:
    """Train the body on sentence pairs, so that `models.align` with `wordalign.softmax` links better.

    checkpoint: a body, or a model with a head; a masked-language head trains with it where there is
                a masker, any other head stays bit-equal; so does
                a masked-language head without a masker, but for rows shared with the word embeddings
    bitext:     as `models.align`; a sentence longer than the model takes loses its end
    links:      gold links of each pair, possible ones included, to learn from; None to learn from
                those that the model itself makes at each step
    objectives: summed, of "self_training" (the probabilities of the links), "parallel" (true pairs
                told from pairs of sentences that are no translations, at the next layer),
                "consistency" (both directions agree: more links found, and more wrong ones) and
                "transport" (gold links alone: unbalanced transport between the words is to move along
                them, Arase et al. 2023). The paper takes the first two with a masker, or the first three
    masker:     hides pieces of each side alone (MLM), and of one side of a pair beside the other (TLM),
                to be guessed: a part with the role masker, for example `objectives.random_mask`.
                None leaves both out
    layer:      whose states are compared, and are then to be asked for in `models.align`; None for the
                one at two thirds of the stack
    above:      words are linked where both softmax probabilities of a pair of their pieces are above.
                AccAlign takes 0.1, which gives fewer and surer links
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`). The
                paper takes 1e-4 for gold links, and 5 epochs

    A pair is one input with the special pieces and segments that the tokenizer gives it, in either
    order by chance; the authors put whole inputs behind one another, all of one segment.
    """
    where = "models.tune_aligner"
    check_above(above, where)
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    maximum = longest(model, tokenizer)
    pairs = paired(tokenizer, bitext, links, maximum=maximum, where=where)
    check_objectives(objectives, masker is not None, pairs, where)
    hides = None if masker is None else hiding(tokenizer, masker, where)
    chosen = layer_to_align(model.base_model, layer, where)
    aims = Aims(tuple(objectives), hides, chosen, above)
    guessing = model
    if masker is None or kind_of(checkpoint) != "masked":
        keep_head(model)
        guessing = model if masker is None else Guessing(model)
    aligner = Aligner(guessing, aims, seed)
    rates = learning_rate if isinstance(learning_rate, dict) else {"": learning_rate}
    if any(".lent." in f".{name}" for name, _ in aligner.named_parameters()):
        rates = with_lent(rates)
    name = named_by(
        "tune_aligner", checkpoint, bitext, links, tuple(objectives), masker, layer, above, epochs,
        rates, seed,
    )  # fmt: skip
    fit(aligner, pairs, tokenizer, epochs=epochs, rates=rates, seed=seed, name=name)
    return write_whole(model, tokenizer)
