"""Word links from a model that says, word by word, which words of the other side are linked to it.

Source: Latouche et al. 2024, "BinaryAlign: Word Alignment as Binary Sequence Labeling", section 3,
https://arxiv.org/abs/2407.12881
"""

from typing import Any

import torch

from calque.models.marked import Answers, Marked, asked, links_from, trained
from calque.models.paired import check_above
from calque.models.states import batch_pieces
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="latouche-etal-2024-binaryalign")
def align_binary(
    bitext: Bitext, checkpoint: Checkpoint, *, above: float = 0.5, tokens: int | None = None
) -> list[Links]:
    """Ask about every word of either side, and link where the mean of both answers is high.

    A pair of m and n words takes m + n inputs, so this is far slower than `models.align`; inputs of
    some thousand pairs are batched together by length.

    bitext:     as `models.align`
    checkpoint: made by `models.tune_binary`
    above:      links have the mean of both directions' probabilities as score, above this; a word's
                is the greatest among its pieces. Higher gives fewer and surer links
    tokens:     most pieces of a batch, padding included; None for what suits the device

    One result per pair, also where a side is empty; words without pieces stay unlinked.
    """
    check_above(above, "models.align_binary")
    size = batch_pieces(tokens)

    def answers(model: Any, inputs: Marked) -> Answers:
        for rows, windows, made in asked(model, inputs, size):
            shares = torch.sigmoid(made.logits[..., 0].float()).cpu().numpy()
            for row, words, share in zip(rows, windows.words, shares, strict=True):
                other = words >= 0
                yield int(row), words[other], share[: len(words)][other]

    encoder = trained(checkpoint, "tags", "binary_links", "models.tune_binary")
    return links_from(bitext, encoder, answers, above)
