"""A loss through optimal transport: the plan between the words of a pair is to move along gold links.

Source: Arase et al. 2023, "Unbalanced Optimal Transport for Unbalanced Word Alignment", section 5.2,
https://aclanthology.org/2023.acl-long.219
"""

import torch
import torch.nn.functional as F

from calque.maths.transport import PENALTY, SMOOTHING
from calque.models.pair_losses import Both, word_sums

_EQUAL = 1e-6  # what similarities differ by where they do not
_ROUNDS = 30  # each brings the potentials 0.44 times as near: share squared
_MOST = 1 - 1e-6  # of a plan's cells: at 1 the gradient of an unlinked one drowns all others
_FAR = 1e4  # cost of cells outside a pair; exp(-_FAR / SMOOTHING) is 0


def transport(states: Both, words: Both, links: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy of the plan against the links, summed over a pair's cells; mean over pairs.

    states: [b, l, d], [b, k, d]  of pieces; a word's vector is the mean of its pieces'
    words:  [b, l], [b, k]  word of each piece; -1 for others
    links:  [b, m, n]  1 where linked, else 0
    """
    source, some = word_sums(states[0], words[0], links.shape[1])
    target, others = word_sums(states[1], words[1], links.shape[2])
    inside = (some > 0)[:, :, None] & (others > 0)[:, None, :]
    cosines = F.normalize(source, dim=-1) @ F.normalize(target, dim=-1).transpose(1, 2)
    plan = plan_of(cosines, inside).clamp(max=_MOST)
    cells = F.binary_cross_entropy(plan, links.to(plan.dtype), reduction="none")
    return cells.masked_fill(~inside, 0).sum((1, 2)).mean()


def plan_of(similarity: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """Unbalanced transport of even masses, each plan divided by its greatest cell: [b, m, n] in [0, 1].

    As `wordalign.unbalanced_transport` with its own settings, for many pairs at once and with gradients.

    inside: [b, m, n]  cells of the pair; those of padding and of words without pieces are 0
    """
    least = similarity.masked_fill(~inside, torch.inf).amin((1, 2), keepdim=True)
    most = similarity.masked_fill(~inside, -torch.inf).amax((1, 2), keepdim=True)
    spread = most - least
    cost = (most - similarity) / torch.where(spread > _EQUAL, spread, 1)  # equal cells: no cost
    kernel = (-cost.masked_fill(~inside, _FAR)) / SMOOTHING
    share = PENALTY / (PENALTY + SMOOTHING)
    rows, columns = inside.any(2), inside.any(1)
    f, g = torch.zeros_like(kernel[:, :, 0]), torch.zeros_like(kernel[:, 0])
    for _ in range(_ROUNDS):
        f = (-share * (kernel + g[:, None, :]).logsumexp(2)).masked_fill(~rows, 0)
        g = (-share * (kernel + f[:, :, None]).logsumexp(1)).masked_fill(~columns, 0)
    log_plan = kernel + f[:, :, None] + g[:, None, :]
    top = log_plan.masked_fill(~inside, -torch.inf).amax((1, 2), keepdim=True)
    return (log_plan - top).masked_fill(~inside, -torch.inf).exp()
