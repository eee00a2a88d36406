"""Where a span begins and where it ends, as a model for questions and answers is to learn it."""

from typing import Any

import torch
import torch.nn.functional as F


def allowed(words: torch.Tensor) -> torch.Tensor:
    """[b, l] where an answer may stand: at the side not marked, or at the first piece for none."""
    places = words >= 0
    places[:, 0] = True
    return places


def span_loss(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    """Cross-entropy of where the span begins and where it ends, their mean."""
    made, outside = model(**batch["inputs"]), ~batch["allowed"]
    total = torch.zeros((), device=outside.device)
    for number, logits in enumerate((made.start_logits, made.end_logits)):
        logits = logits.float().masked_fill(outside, torch.finfo(torch.float32).min)
        total = total + F.cross_entropy(logits, batch["ends"][:, number]) / 2
    return total
