"""All of the encoder but the rows of the pieces.

Source: Wang et al. 2023, "MT4CrossOIE", section 3.2 (second stage), https://arxiv.org/abs/2308.06552
"""

from itertools import takewhile

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="mt4crossoie")
def encoder(outline: Outline) -> list[Planned]:
    """Train positions, norms and layers; the table of the pieces stays, for it had its turn."""
    if not outline.layers:
        raise BadSetting("adaptation.encoder: the layers share their weights, so none has a name")
    places = [place.split(".") for place in (outline.embeddings, *outline.layers)]
    alike = takewhile(lambda names: len(set(names)) == 1, zip(*places, strict=False))
    body = ".".join(names[0] for names in alike)
    table = f"{outline.embeddings}.weight"
    return [
        Planned(name, "dense")
        for name in outline.shapes
        if name != table and (not body or name.startswith(f"{body}."))
    ]
