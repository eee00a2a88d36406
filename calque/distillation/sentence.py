"""Sentence vectors like the teacher's: the squared distance to them, and telling them from others.

Source: Reimers & Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge
Distillation", equation 1, https://arxiv.org/abs/2004.09813 (the distance); van den Oord et al. 2018,
"Representation Learning with Contrastive Predictive Coding", equation 4,
https://arxiv.org/abs/1807.03748 (the contrast). Their sum is ours.
"""

import torch
import torch.nn.functional as F

from calque.errors import BadSetting
from calque.roles import loss

_SAME = 1 - 1e-5  # cosine from which two teacher vectors are taken for those of one sentence


@loss(paper="reimers-gurevych-2020-making")
def sentence(
    student: torch.Tensor,
    teacher: torch.Tensor,
    bank: torch.Tensor,
    *,
    distance: float = 1.0,
    contrast: float = 1.0,
    temperature: float = 0.05,
    normalize: bool = False,
) -> torch.Tensor:
    """Pull each student vector to its teacher's and away from those of other sentences.

    distance · mean ‖s - t‖² / mean ‖t‖²  +  contrast · mean -log softmax(cos(s, [T; bank]) / τ)

    student:     [b, d]  vectors to be trained
    teacher:     [b, d]  what they should be, row by row
    bank:        [k, d]  teacher vectors of other sentences, further negatives; k may be 0
    distance:    weight of the squared distance. The paper divides by d instead of the teacher's
                 mean squared length, which makes the balance depend on the teacher's scale
    contrast:    weight of the contrast; the paper has none (0)
    temperature: τ, positive; small values care for the nearest negatives alone
    normalize:   whether vectors are scaled to length 1 before the distance is taken too, so that
                 directions alone matter

    A negative whose vector is the positive's own (the sentence stands twice) is left out.
    """
    if temperature <= 0 or distance < 0 or contrast < 0:
        raise BadSetting(
            "distillation.sentence: temperature must be positive, distance and contrast not negative"
        )
    teacher, bank = teacher.detach(), bank.detach()
    unit = F.normalize(student, dim=-1)
    known = F.normalize(torch.cat([teacher, bank]), dim=-1)
    wanted = known[: len(teacher)]
    near, far = (unit, wanted) if normalize else (student, teacher)
    scale = far.square().sum(-1).mean()
    scale = torch.where(scale > 0, scale, 1)
    total = distance * (near - far).square().sum(-1).mean() / scale
    if contrast:
        own = torch.eye(len(teacher), len(known), dtype=torch.bool, device=known.device)
        double = (wanted @ known.T > _SAME) & ~own
        logits = (unit @ known.T / temperature).masked_fill(double, -torch.inf)
        rows = torch.arange(len(teacher), device=known.device)
        total = total + contrast * F.cross_entropy(logits, rows)
    return total
