"""Several low-rank differences of each matrix, and a router that mixes them for every text.

Source: Wang et al. 2023, "MT4CrossOIE: Multi-stage Tuning for Cross-lingual Open Information Extraction", section 3.3
(mixture-of-LoRAs), https://arxiv.org/abs/2308.06552
"""

import re

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned

_AT = (
    r"(query|key|value|query_proj|key_proj|value_proj|q_proj|k_proj|v_proj|q_lin|k_lin|v_lin|"
    r"attention\.output\.dense|out_lin|out_proj|intermediate\.dense|lin1|fc1)\.weight$"
)


@patcher(paper="mt4crossoie")
def experts(
    outline: Outline, *, count: int = 6, rank: int = 8, alpha: float = 8.0, at: str = _AT
) -> list[Planned]:
    """Put `count` differences up · down beside some matrices, weighed by a softmax of the text's first state.

    As many experts as there are languages lets each have its own; nobody says which is whose, routers learn it
    with the experts. The authors' routers read the first state that the layer is given, these the first that their
    matrix is given. One expert is plain LoRA.

    count: experts of each matrix
    rank:  numbers that an expert has per row and column
    alpha: their sum is scaled by alpha / rank
    at:    regular expression, found in the names of the matrices: attention's and the first of the
           feed-forward network, as in the authors' code; "" for every matrix of the layers
    """
    if count < 1 or rank < 1:
        raise BadSetting(
            f"adaptation.experts: count and rank must be at least 1, got {count} and {rank}"
        )
    chosen = [
        (name.removesuffix(".weight"), shape)
        for name, shape in outline.shapes.items()
        if len(shape) == 2
        and name.endswith(".weight")
        and name.startswith(tuple(f"{layer}." for layer in outline.layers))
        and re.search(at, name)
    ]
    if not chosen:
        raise BadSetting(f"adaptation.experts: no matrix of the layers is named like '{at}'")
    facts = {"what": "experts", "count": count, "rank": rank, "scale": alpha / rank}
    return [
        Planned(name, "module", facts | {"rows": shape[0], "columns": shape[1]})
        for name, shape in chosen
    ]
