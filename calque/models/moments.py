"""What the matrices of a model read, as second moments: what calibrated compression weighs errors by.

Source: Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", section 3,
https://arxiv.org/abs/2210.17323
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from calque.models.batches import buckets, collate, encode, longest
from calque.models.folder import device, open_tokenizer
from calque.models.patched import open_patched
from calque.models.states import batch_pieces
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts
from calque.values.weights import Weights, resolved


@part(paper="frantar-etal-2023-gptq")
def moments(
    checkpoint: Checkpoint, texts: Texts, patch: Patch | None = None, *, tokens: int | None = None
) -> dict[str, np.ndarray]:
    """Sum x · xᵀ over all pieces that each matrix of the body reads, divided by their number: [d, d] by tensor name.

    Matrices are those of linear layers; names are the base's. `adaptation.skill_pack` takes them. All are held at once, each a
    square as wide as what its matrix reads.

    texts:  of what the model is for; some hundred do. Padding does not count
    patch:  what is on the model while it reads
    tokens: most pieces of a batch, padding included; None for what suits the device
    """
    model: Any = open_patched(checkpoint, patch, "encoder")
    model.to(device())
    tokenizer = open_tokenizer(checkpoint)
    weights = Weights(checkpoint)
    sums: dict[str, torch.Tensor] = {}
    kept: dict[str, torch.Tensor] = {}  # of the batch: which places are no padding

    def read(name: str) -> Any:
        def hook(_matrix: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            states, mask = given[0], kept["mask"]
            if states.shape[:-1] != mask.shape:
                return  # a pooler, which reads one place
            flat = states[mask].double()
            sums[name] = sums.get(name, 0) + flat.T @ flat

        return hook

    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            place = resolved(f"{name}.weight", weights.places)
            if place is not None:
                module.register_forward_pre_hook(read(place))
    windows = encode(tokenizer, list(texts), maximum=longest(model, tokenizer))
    batches = list(buckets(windows.lengths, tokens=batch_pieces(tokens)))
    count = 0
    for batch in track(batches, "measuring"):
        inputs = {name: t.to(device()) for name, t in collate(windows, batch).items()}
        kept["mask"] = inputs["attention_mask"] > 0
        count += int(kept["mask"].sum())
        with torch.inference_mode():
            model(**inputs)
    return {n: (own / max(count, 1)).cpu().numpy().astype(np.float32) for n, own in sums.items()}
