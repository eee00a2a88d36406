"""What an aligner is trained by: how likely its links are, and whether both directions agree.

Source: Dou and Neubig 2021, section 2.2, https://arxiv.org/abs/2101.08231
"""

import torch
import torch.nn.functional as F
from torch import nn

Both = tuple[torch.Tensor, torch.Tensor]


def two_ways(source: torch.Tensor, target: torch.Tensor, inside: Both) -> Both:
    """Probabilities [b, l, k] of a target piece given the source piece, and the other way round.

    source, target: [b, l, d], [b, k, d]  states, compared by dot product
    inside:         [b, l], [b, k]  whether a piece is an ordinary one; cells of others are 0
    """
    return ways_of(torch.bmm(source, target.transpose(1, 2)), inside)


def ways_of(scores: torch.Tensor, inside: Both) -> Both:
    """Softmax of scores [..., l, k] over the target, and over the source; 0 outside.

    inside: [..., l], [..., k]
    """
    rows, columns = inside[0][..., :, None], inside[1][..., None, :]
    least, outside = torch.finfo(scores.dtype).min, ~(rows & columns)
    to_target = scores.masked_fill(~columns, least).softmax(-1).masked_fill(outside, 0)
    to_source = scores.masked_fill(~rows, least).softmax(-2).masked_fill(outside, 0)
    return to_target, to_source


def self_training(ways: Both, guide: torch.Tensor, inside: Both) -> torch.Tensor:
    """Minus the mean probability mass of the linked cells, per piece and direction; in [-2, 0].

    guide: [b, l, k]  1 where pieces are linked, else 0
    """
    m, n = _lengths(inside)
    forward, backward = ((way * guide).sum((1, 2)) for way in ways)
    return -(forward / m + backward / n).mean()


def consistency(ways: Both, inside: Both) -> torch.Tensor:
    """Minus the agreement of the directions: trace(P Qᵀ) / min(m, n), in [-1, 0].

    It rewards cells likely in both directions; the paper finds more links with it, and more wrong ones.
    """
    m, n = _lengths(inside)
    return -((ways[0] * ways[1]).sum((1, 2)) / torch.minimum(m, n)).mean()


def guide_of(ways: Both, words: Both, above: float) -> torch.Tensor:
    """Cells [b, l, k] of words that have a cell above a probability in both directions; no gradient.

    words: [b, l], [b, k]  word of each piece; -1 for others
    """
    linked = ((ways[0] > above) & (ways[1] > above)).float()
    first, second = (_of_word(side, linked.dtype) for side in words)
    found = first.transpose(1, 2) @ linked @ second
    return spread((found > 0).to(linked.dtype), words)


def spread(linked: torch.Tensor, words: Both) -> torch.Tensor:
    """From a grid of words [b, m, n] to one of their pieces [b, l, k]."""
    first = _of_word(words[0], linked.dtype, linked.shape[1])
    second = _of_word(words[1], linked.dtype, linked.shape[2])
    return first @ linked @ second.transpose(1, 2)


class TellApart(nn.Module):
    """A head that tells true pairs of sentences from false ones by the first piece of both together."""

    def __init__(self, width: int, seed: int):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.dense, self.which = nn.Linear(width, width), nn.Linear(width, 2)

    def forward(self, first: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of states [b, d] where `true` [b] is 1 for true pairs, 0 for others."""
        return F.cross_entropy(self.which(torch.tanh(self.dense(first))).float(), true)


def sentence_mean(logits: torch.Tensor, batch: dict[str, torch.Tensor], width: int) -> torch.Tensor:
    """Cross-entropy of hidden pieces: the mean over sentences of the mean over their pieces.

    batch: "places" [m] counted row by row of `width`, "targets" [m]
    """
    each = F.cross_entropy(logits.float(), batch["targets"], reduction="none")
    rows = batch["places"] // width
    _, which, counts = rows.unique(return_inverse=True, return_counts=True)
    return (each / counts[which]).sum() / max(1, len(counts))


def word_sums(
    states: torch.Tensor, words: torch.Tensor, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sums [b, m, d] of the states of each word's pieces, and how many pieces [b, m] it has.

    count: m, at least the greatest word and one
    """
    member = _of_word(words, states.dtype, count)
    return member.transpose(1, 2) @ states, member.sum(1)


def _of_word(words: torch.Tensor, kind: torch.dtype, count: int | None = None) -> torch.Tensor:
    """[b, l, m] 1 where a piece is of a word."""
    count = int(words.max()) + 1 if count is None else count
    numbers = torch.arange(max(count, 1), device=words.device)
    return (words[:, :, None] == numbers).to(kind)


def _lengths(inside: Both) -> Both:
    m, n = (side.sum(1).clamp_min(1) for side in inside)
    return m, n
