"""Factors of keys, values and inner activations.

Source: Liu et al. 2022, "Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context
Learning", section 3.3, https://arxiv.org/abs/2205.05638
"""

import re

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned

_OUTPUTS = r"\.(key|value|key_proj|value_proj|k_proj|v_proj|k_lin|v_lin|k|v|c_attn)\.(weight|bias)$"
_INPUTS = r"((?<!attention\.)output\.dense|down_proj|lin2|fc2|\.wo|mlp\.Wo|mlp\.c_proj)\.weight$"


@patcher(paper="liu-etal-2022-few")
def ia3(outline: Outline, *, outputs: str = _OUTPUTS, inputs: str = _INPUTS) -> list[Planned]:
    """Train one factor, 1 at first, for each number of some matrices' outputs or inputs.

    What is learned is stored as a difference of the matrices, so that the model stays plain.
    The paper's model has no biases; where there are, those of multiplied outputs have factors of their own,
    while peft multiplies the sum of both by one.

    outputs: regular expression of names whose outputs are multiplied, biases among them: keys and values, and
             questions with them where one matrix makes all three (GPT-2)
    inputs:  regular expression of names whose inputs are: the matrix that leaves the feed-forward network
    """
    planned = []
    for name, shape in outline.shapes.items():
        if not name.startswith(tuple(f"{layer}." for layer in outline.layers)):
            continue
        turned = name in outline.turned
        if re.search(outputs, name):
            planned.append(Planned(name, "factor", {"axis": int(turned)}))
        elif len(shape) == 2 and re.search(inputs, name):
            planned.append(Planned(name, "factor", {"axis": int(not turned)}))
    if not planned:
        raise BadSetting(
            f"adaptation.ia3: nothing in the layers is named like '{outputs}' or '{inputs}'"
        )
    return planned
