"""An invertible network between the embeddings and the first layer, taken back before pieces are guessed.

Source: Pfeiffer et al. 2020, "MAD-X", section 3.3.3, https://aclanthology.org/2020.emnlp-main.617; Dinh et
al. 2015, "NICE", section 3.2, https://arxiv.org/abs/1410.8516
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="pfeiffer-etal-2020-mad")
def invertible(outline: Outline, *, reduction: int = 2) -> list[Planned]:
    """Put a coupling of the halves of each embedding there: a += F(b), then b += G(a).

    reduction: width of a half over that of the networks F and G
    """
    half = outline.width // 2
    if outline.width % 2 or not 1 <= reduction <= half:
        raise BadSetting(
            f"adaptation.invertible: states must have two halves, and reduction must lie in 1 to {half}; got "
            f"{reduction} for states of width {outline.width}"
        )
    facts = {"what": "invertible", "width": outline.width, "inner": half // reduction}
    return [Planned(outline.embeddings, "module", facts)]
