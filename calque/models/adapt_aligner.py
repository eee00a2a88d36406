"""An adapter learns from parallel text to align words; the encoder itself stays as it is until the end.

Source: Wang et al. 2022, "Multilingual Sentence Transformer as A Multilingual Word Aligner",
section 3, https://arxiv.org/abs/2301.12140
"""

from collections.abc import Sequence
from typing import Any

from calque.models import lowrank
from calque.models.aligning import Aims, Aligner, fit, layer_to_align
from calque.models.batches import longest
from calque.models.folder import open_tokenizer
from calque.models.paired import check_above, paired
from calque.models.whole import named_by, open_whole, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="wang-etal-2022-multilingual")
def adapt_aligner(
    checkpoint: Checkpoint,
    bitext: Bitext,
    links: Sequence[Links] | None = None,
    *,
    rank: int = 16,
    layer: int | None = None,
    above: float = 0.1,
    epochs: int = 1,
    learning_rate: float = 1e-4,
    seed: int = 0,
) -> Checkpoint:
    """Train low-rank differences by the probabilities of links, and fold them into the weights.

    The paper's adapter is a bottleneck with a bend in it, which no plain folder of transformers can
    hold; a low-rank difference of every matrix up to `layer` is as small, and can be folded exactly.

    checkpoint: a sentence encoder, LaBSE in the paper; what lies above `layer`, a head too, stays
                bit-equal, as do embeddings, biases and norms. Where layers share their weights (ALBERT)
                all of the body's matrices change
    bitext:     as `models.align`, of as many languages as the model is to align
    links:      gold links of each pair, possible ones included, to learn from; None to learn from
                those that the model itself makes in both directions at each step
    rank:       of the differences; 16 has about as many numbers per layer as the paper's
    layer:      whose states are compared, and are then to be asked for in `models.align`: 6 of LaBSE;
                None for the one at two thirds of the stack
    above:      words are linked where both softmax probabilities of a pair of their pieces are above
    epochs:     8 pairs a step; the paper takes up to 1,200 steps of 40 and chooses by gold links
    """
    where = "models.adapt_aligner"
    check_above(above, where)
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    pairs = paired(tokenizer, bitext, links, maximum=longest(model, tokenizer), where=where)
    chosen = layer_to_align(model.base_model, layer, where)
    aligner = Aligner(model, Aims(("self_training",), None, chosen, above), seed)
    changed = lowrank.lend(model.base_model, rank=rank, layers=chosen, seed=seed)
    name = named_by(
        "adapt_aligner", checkpoint, bitext, links, rank, layer, above, epochs, learning_rate, seed
    )
    fit(
        aligner,
        pairs,
        tokenizer,
        epochs=epochs,
        rates=learning_rate,
        trains=lowrank.TRAINS,
        seed=seed,
        name=name,
    )
    lowrank.fold(changed)
    return write_whole(model, tokenizer)
