"""Word links from a model that points at the translation of each word, or at nothing.

Source: Nagata et al. 2020, "A Supervised Word Alignment Method based on Cross-Language Span Prediction
using Multilingual BERT", section 3, https://arxiv.org/abs/2004.14516
"""

from typing import Any

import numpy as np

from calque.maths.spans import best_spans
from calque.models.batches import Windows
from calque.models.marked import Answers, Marked, asked, links_from, trained
from calque.models.paired import check_above
from calque.models.states import batch_pieces
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links

_LONGEST = 15  # words of a span; the authors' limit, in pieces


@part(paper="nagata-etal-2020-supervised")
def align_spans(
    bitext: Bitext, checkpoint: Checkpoint, *, above: float = 0.4, tokens: int | None = None
) -> list[Links]:
    """Ask for the span of every word of either side, and link where the mean of both is likely.

    Each word gives the words of its likeliest span the probability of that span among all spans of
    up to 15 words and none; where none is likeliest it gives nothing. A pair of m and n words takes
    m + n inputs, more where it is longer than the model takes: then each part of the other side answers; inputs of some thousand pairs are batched together by length.

    bitext:     as `models.align`
    checkpoint: made by `models.tune_spans`
    above:      links have the mean of both directions' probabilities as score, above this. Below 0.5
                one direction alone can make a link. Higher gives fewer and surer links
    tokens:     most pieces of a batch, padding included; None for what suits the device

    One result per pair, also where a side is empty; words without pieces stay unlinked.
    """
    check_above(above, "models.align_spans")
    size = batch_pieces(tokens)

    def answers(model: Any, inputs: Marked) -> Answers:
        for rows, windows, made in asked(model, inputs, size):
            logits = [each.float().cpu().numpy() for each in (made.start_logits, made.end_logits)]
            start, end, null, words = by_word(windows, logits[0], logits[1])
            first, last, share = best_spans(start, end, null, longest=_LONGEST)
            for at, row in enumerate(rows):
                span = words[at][first[at] : last[at] + 1] if first[at] >= 0 else words[at][:0]
                yield int(row), span, np.full(len(span), share[at])

    encoder = trained(checkpoint, "spans", "span_links", "models.tune_spans")
    return links_from(bitext, encoder, answers, above)


def by_word(
    windows: Windows, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """From pieces [b, l] to words [b, k]: a span begins at a word's first piece, ends at its last.

    Also the score of no span [b], and per row the words that the columns stand for.
    """
    inside = [np.flatnonzero(words >= 0) for words in windows.words]
    every = [np.unique(words[words >= 0], return_index=True) for words in windows.words]
    k = max((len(words) for words, _ in every), default=0)
    starts, ends = np.full((2, len(every), k), -np.inf)
    for row, (places, (words, begins)) in enumerate(zip(inside, every, strict=True)):
        stops = np.append(begins[1:], len(places)) - 1
        starts[row, : len(words)] = start[row, places[begins]]
        ends[row, : len(words)] = end[row, places[stops]]
    return starts, ends, (start[:, 0] + end[:, 0]).astype(np.float64), [words for words, _ in every]
