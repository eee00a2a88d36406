"""A base moved by the sum of what several models learned.

Source: Ilharco et al. 2023, "Editing Models with Task Arithmetic", section 2,
https://arxiv.org/abs/2212.04089
"""

from calque.adaptation.parents import merge
from calque.adaptation.weighed import factors
from calque.maths.merging import weighed
from calque.roles import combiner
from calque.values import Checkpoint, Patch

_WHAT = "adaptation.arithmetic"


@combiner(paper="ilharco-etal-2023-editing")
def arithmetic(
    parents: list[Checkpoint | Patch],
    base: Checkpoint,
    *,
    weights: list[float] | None = None,
    scale: float = 1.0,
) -> Checkpoint:
    """Add what each model changed in the base, times its weight: base + scale · Σ wᵢ (modelᵢ - base).

    parents: models made of the base, or patches on it
    weights: one for each, negative to unlearn; None counts each once
    scale:   of the sum; the paper's λ, chosen on source development data
    """
    own = [scale * weight for weight in factors(weights, len(parents), _WHAT)]
    return merge(parents, base, lambda _, __, deltas: weighed(deltas, own), _WHAT)
