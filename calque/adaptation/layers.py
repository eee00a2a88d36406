"""Some layers alone, the others frozen.

Source: Lee et al. 2019, "What Would Elsa Do? Freezing Layers During Transformer Fine-Tuning",
https://arxiv.org/abs/1911.03090
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="lee-etal-2019-elsa")
def layers(outline: Outline, *, numbers: list[int] | None = None) -> list[Planned]:
    """Train all of some layers; nothing below the lowest of them is backpropagated.

    numbers: of the layers from 0, negative ones from the top; None for the upper quarter
    """
    count = len(outline.layers)
    wanted = range(count - max(1, count // 4), count) if numbers is None else numbers
    wrong = [number for number in wanted if not -count <= number < count]
    if wrong or not list(wanted):
        raise BadSetting(
            f"adaptation.layers: the model has layers 0 to {count - 1}, got {list(wanted)}"
        )
    chosen = {outline.layers[number] for number in wanted}
    return [
        Planned(name, "dense")
        for name in outline.shapes
        if name.startswith(tuple(f"{layer}." for layer in chosen))
    ]
