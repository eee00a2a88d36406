"""The rows of the pieces alone: what all languages share, in front of an encoder that stands still.

Source: Wang et al. 2023, "MT4CrossOIE", section 3.2 (first stage), https://arxiv.org/abs/2308.06552
"""

from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="mt4crossoie")
def embeddings(outline: Outline) -> list[Planned]:
    """Train the table of the pieces; positions, norms and layers stay."""
    return [Planned(f"{outline.embeddings}.weight", "dense")]
