"""Tells the two forms of a sentence, such as text and its transliteration, from all others of a batch.

Source: Liu et al. 2024, "TransliCo: A Contrastive Learning Framework to Address the Script Barrier in
Multilingual Pretrained Language Models", section 3.2, https://arxiv.org/abs/2401.06620; cosines and
random negatives: code of Xhelili et al. 2024, "Breaking the Script Barrier in Multilingual
Pre-Trained Language Models with Transliteration-Based Post-Training Alignment",
https://arxiv.org/abs/2406.19759
"""

import torch
import torch.nn.functional as F

from calque.errors import BadSetting, BadValue
from calque.roles import part


@part(paper="liu-etal-2024-translico")
def contrast(
    vectors: torch.Tensor,
    others: torch.Tensor,
    *,
    weight: float = 0.25,
    temperature: float = 1.0,
    cosine: bool = False,
    negatives: int = 0,
) -> torch.Tensor:
    """Make each of 2b vectors pick its partner among the other 2b - 1 by softmax; a scalar, 0 for b < 2.

    vectors, others: [b, d]  the forms of b sentences, row by row; both are trained
    weight:      what the mean -log likelihood is multiplied by. The default is that of TransliCo,
                 half of the half that its code takes; Xhelili et al. take 0.5
    temperature: what similarities are divided by, positive; small values care for the nearest
                 negatives alone
    cosine:      compare directions alone; False for dot products, as both papers report, which also
                 learn by making vectors longer. Cosines need a temperature far below 1
    negatives:   random vectors per pair that all vectors are told from too, of length 1 where
                 cosines are taken; 3 in the option of Xhelili et al. They come from torch's own
                 generator, which a training seeds at each step
    """
    if not temperature > 0 or weight < 0 or negatives < 0:
        raise BadSetting(
            "objectives.contrast: temperature must be positive, weight and negatives not negative"
        )
    if vectors.ndim != 2 or vectors.shape != others.shape:
        raise BadValue(
            f"objectives.contrast: needs two tables [b, d] of one shape, got {list(vectors.shape)} "
            f"and {list(others.shape)}"
        )
    count, width = vectors.shape
    both = torch.cat([vectors, others])
    random = torch.randn(negatives * count, width, device=both.device, dtype=both.dtype)
    if cosine:
        both, random = F.normalize(both, dim=-1), F.normalize(random, dim=-1)
    itself = torch.eye(2 * count, dtype=torch.bool, device=both.device)
    logits = torch.cat([(both @ both.T).masked_fill(itself, -torch.inf), both @ random.T], dim=1)
    partner = torch.arange(2 * count, device=both.device).roll(count)
    total = F.cross_entropy(logits.float() / temperature, partner, reduction="sum")
    return weight * total / max(1, 2 * count)
