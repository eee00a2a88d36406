"""Normalizations alone.

Source: Qi et al. 2022, "Parameter-Efficient Tuning on Layer Normalization", section 3,
https://arxiv.org/abs/2211.08682
"""

import re

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned

_NORM = re.compile(r"(?i)norm|(^|\.)ln_[0-9f]\b")


@patcher(paper="qi-etal-2022-parameter")
def norms(outline: Outline) -> list[Planned]:
    """Train scales and shifts of the normalizations in the layers."""
    chosen = [
        name
        for name, shape in outline.shapes.items()
        if len(shape) == 1
        and name.startswith(tuple(f"{layer}." for layer in outline.layers))
        and _NORM.search(name)
    ]
    if not chosen:
        raise BadSetting("adaptation.norms: no normalization in the layers has numbers to train")
    return [Planned(name, "dense") for name in chosen]
