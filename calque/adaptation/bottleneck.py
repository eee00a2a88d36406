"""Small networks behind each layer: a language or a task in a few numbers.

Source: Pfeiffer et al. 2020, "MAD-X", sections 3.2 and 3.3, https://aclanthology.org/2020.emnlp-main.617;
without the last layer: Pfeiffer et al. 2021, "UNKs Everywhere", section 3.3 (MAD-X 2.0),
https://aclanthology.org/2021.emnlp-main.800
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="pfeiffer-etal-2020-mad")
def bottleneck(outline: Outline, *, reduction: int = 16, last: bool = True) -> list[Planned]:
    """Put up · relu(down · state) behind the feed-forward network of each layer.

    Where a normalization closes the layer, the network reads what it gives, and what it says is added in
    front of it; else both happen at the layer's output. With `up` zero the model is what it was.

    reduction: the width of states over that of the network: 16 for tasks, 2 for languages in the paper
    last:      whether the last layer has one; without it languages are told apart less, and tasks
               transfer better (MAD-X 2.0)
    """
    count = len(outline.layers) - (not last)
    if not 1 <= reduction <= outline.width or count < 1:
        raise BadSetting(
            f"adaptation.bottleneck: reduction must lie in 1 to {outline.width} (the width of states), got "
            f"{reduction}; layers that would have one: {count}"
        )
    return [
        Planned(
            closing or layer,
            "module",
            {
                "what": "bottleneck",
                "width": outline.width,
                "inner": outline.width // reduction,
                "closing": bool(closing),
            },
        )
        for layer, closing in list(zip(outline.layers, outline.closing, strict=True))[:count]
    ]
