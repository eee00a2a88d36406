"""Which of several patches each text is for, by what their base makes of it.

Source: Du et al. 2025, "Knowledge Grafting of Large Language Models", section 3.4 (a router over SkillPacks),
https://arxiv.org/abs/2505.18502
"""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.maths.neighbors import unit
from calque.maths.sparse import softmax
from calque.roles import part


@part(paper="du-etal-2025-graftllm")
def route(
    vectors: np.ndarray, seen: Sequence[np.ndarray], *, top: int = 1, temperature: float = 0.05
) -> np.ndarray:
    """Share each text among patches: [n, k], rows that sum to 1.

    A patch is known by the mean vector of the texts that it learned from. All vectors are those of the base without any
    patch (`models.sentences`), so a further patch changes no vector that there was, and nothing is trained. The paper
    leaves open what its router is. Cosines are taken from the mean of the patches' means.

    vectors:     [n, d] of the texts
    seen:        [m, d] of each patch's own texts, in the order of the patches; m may differ
    top:         how many patches a text gets; 1 picks, more are fused (`models.predict_routed`)
    temperature: of the softmax over cosines; lower gives the likeliest patch more
    """
    if not 1 <= top <= len(seen) or temperature <= 0:
        raise BadSetting(
            f"adaptation.route: top must lie in 1 to {len(seen)}, the number of patches, and temperature above 0, "
            f"got {top} and {temperature:g}"
        )
    if not all(len(own) for own in seen):
        raise BadValue("adaptation.route: a patch without texts cannot be known")
    centers = np.stack([np.asarray(own, dtype=float).mean(axis=0) for own in seen])
    middle = centers.mean(axis=0)
    cosines = unit(vectors - middle) @ unit(centers - middle).T
    ranks = (-cosines).argsort(axis=1, kind="stable").argsort(axis=1)
    return softmax(np.where(ranks < top, cosines, -np.inf) / temperature)
