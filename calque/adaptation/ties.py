"""Models put together with little interference: trimmed, signs elected, what agrees averaged.

Source: Yadav et al. 2023, "TIES-Merging", section 4, https://arxiv.org/abs/2306.01708
"""

import torch

from calque.adaptation.parents import merge
from calque.adaptation.weighed import factors
from calque.errors import BadSetting
from calque.maths.merging import elected, trim
from calque.roles import combiner
from calque.values import Checkpoint, Patch

_WHAT = "adaptation.ties"


@combiner(paper="yadav-etal-2023-ties")
def ties(
    parents: list[Checkpoint | Patch],
    base: Checkpoint,
    *,
    density: float = 0.2,
    weights: list[float] | None = None,
    scale: float = 1.0,
    weigh_votes: bool = True,
) -> Checkpoint:
    """Keep the largest changes of each tensor, elect a sign for each number, average those that have it.

    The share is of each tensor, at least one number; of equal ones at the border the first stay. A sum of 0
    elects the positive sign. The border is found by selection, not by sorting.

    parents:     models made of the base, or patches on it
    density:     share in (0, 1] of a tensor's numbers that stay
    weights:     of the models; None counts each once
    scale:       of what is added to the base
    weigh_votes: whether weights count when signs are elected and in the mean's divisor, as in mergekit; False
                 elects by plain numbers and divides by how many agree, as in the paper and peft
    """
    if not 0 < density <= 1:
        raise BadSetting(f"{_WHAT}: density must lie in (0, 1], got {density}")
    own = factors(weights, len(parents), _WHAT)

    def combine(_: str, __: torch.Tensor, deltas: list[torch.Tensor]) -> torch.Tensor:
        for delta in deltas:
            trim(delta, density)
        return elected(deltas, own, weigh_votes).mul_(scale)

    return merge(parents, base, combine, _WHAT)
