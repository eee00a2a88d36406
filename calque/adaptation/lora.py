"""Low-rank differences of attention's matrices.

Source: Hu et al. 2022, "LoRA", sections 4.1 and 4.2, https://arxiv.org/abs/2106.09685
"""

import re

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned

_AT = r"\.(query|value|query_proj|value_proj|q_proj|v_proj|q_lin|v_lin|q|v|c_attn|Wqkv)\.weight$"


@patcher(paper="hu-etal-2022-lora")
def lora(outline: Outline, *, rank: int = 8, alpha: float = 16.0, at: str = _AT) -> list[Planned]:
    """Train differences up · down of some matrices of the layers; up begins at zero.

    rank:  numbers that a difference has per row and column
    alpha: the difference is scaled by alpha / rank
    at:    regular expression, found in the names of the matrices: queries and values, as in the paper; ""
           for every matrix of the layers
    """
    if rank < 1:
        raise BadSetting(f"adaptation.lora: rank must be at least 1, got {rank}")
    chosen = [
        name
        for name, shape in outline.shapes.items()
        if len(shape) == 2
        and name.startswith(tuple(f"{layer}." for layer in outline.layers))
        and re.search(at, name)
    ]
    if not chosen:
        raise BadSetting(f"adaptation.lora: no matrix of the layers is named like '{at}'")
    return [Planned(name, "low_rank", {"rank": rank, "scale": alpha / rank}) for name in chosen]
