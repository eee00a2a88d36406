"""Models put together after most of what each changed was dropped at random.

Source: Yu et al. 2024, "Language Models are Super Mario", section 3, https://arxiv.org/abs/2311.03099
"""

import torch

from calque.adaptation.parents import merge
from calque.adaptation.weighed import factors
from calque.errors import BadSetting
from calque.maths.merging import elected, thin, weighed
from calque.roles import combiner
from calque.values import Checkpoint, Patch

_WHAT = "adaptation.dare"


@combiner(paper="yu-etal-2024-language")
def dare(
    parents: list[Checkpoint | Patch],
    base: Checkpoint,
    *,
    keep: float = 0.1,
    weights: list[float] | None = None,
    scale: float = 1.0,
    elect: bool = False,
    seed: int = 0,
) -> Checkpoint:
    """Drop numbers of each difference at random, divide the rest by the share kept, and add them up.

    Works where differences are small, as those of fine-tuning are. What is dropped depends on the seed, the tensor
    and the model's own numbers, not on the order of the models.

    parents: models made of the base, or patches on it
    keep:    chance in (0, 1] of a number to stay; the paper drops up to nine of ten
    weights: of the models; None counts each once
    scale:   of what is added to the base
    elect:   whether a sign is elected for each number and those that have it averaged (as
             `adaptation.ties` does), instead of the sum
    """
    if not 0 < keep <= 1:
        raise BadSetting(f"{_WHAT}: keep must lie in (0, 1], got {keep}")
    own = factors(weights, len(parents), _WHAT)

    def combine(name: str, _: torch.Tensor, deltas: list[torch.Tensor]) -> torch.Tensor:
        for delta in deltas:
            thin(delta, keep, name, seed)
        return elected(deltas, own) * scale if elect else weighed(deltas, own) * scale

    return merge(parents, base, combine, _WHAT)
