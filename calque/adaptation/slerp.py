"""A model between two, along the arc between their directions.

Source: Shoemake 1985, "Animating Rotation with Quaternion Curves", section 3.3; of a model's tensors as in
mergekit, Goddard et al. 2024, https://arxiv.org/abs/2403.13257
"""

import math

import torch

from calque.adaptation.parents import merge
from calque.errors import BadSetting
from calque.maths.merging import turned
from calque.roles import part
from calque.values import Checkpoint

_WHAT = "adaptation.slerp"


@part(paper="goddard-etal-2024-mergekit")
def slerp(
    one: Checkpoint,
    two: Checkpoint,
    base: Checkpoint | None = None,
    *,
    share: float = 0.5,
) -> Checkpoint:
    """Go from one model to another, each tensor on the arc from its direction in one to that in the other.

    Tensors whose cosine is beyond 0.9995 go straight. Two fine-tunings of one base are that close in nearly all
    tensors, so this is then their weighted mean; with the base given, the arc is between what they changed in it.

    one:   the model at share 0
    two:   the model at share 1, of the same shape
    base:  the model that both were made of; None takes the weights themselves
    share: in [0, 1]
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise BadSetting(f"{_WHAT}: share must lie in [0, 1], got {share}")
    if base is not None:
        return merge(
            [one, two], base, lambda _, __, deltas: turned(deltas[0], deltas[1], share), _WHAT
        )

    def combine(_: str, before: torch.Tensor, deltas: list[torch.Tensor]) -> torch.Tensor:
        return turned(before, before.double() + deltas[0], share) - before.double()

    return merge([two], one, combine, _WHAT)
