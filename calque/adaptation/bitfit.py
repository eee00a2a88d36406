"""Biases alone.

Source: Ben Zaken et al. 2022, "BitFit", section 3, https://arxiv.org/abs/2106.10199
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="ben-zaken-etal-2022-bitfit")
def bitfit(outline: Outline) -> list[Planned]:
    """Train the biases of the layers, those of normalizations among them."""
    chosen = [
        name
        for name in outline.shapes
        if name.endswith("bias") and name.startswith(tuple(f"{n}." for n in outline.layers))
    ]
    if not chosen:
        raise BadSetting("adaptation.bitfit: the layers of this model have no biases")
    return [Planned(name, "dense") for name in chosen]
