"""Learned vectors in front of every text.

Source: Lester et al. 2021, "The Power of Scale for Parameter-Efficient Prompt Tuning", section 2,
https://arxiv.org/abs/2104.08691
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="lester-etal-2021-power")
def prompt(outline: Outline, *, count: int = 20) -> list[Planned]:
    """Put `count` vectors before the embeddings of a text; heads and pooling never see their states.

    count: 20 to 100 in the paper. So many pieces less fit into the model's length
    """
    if count < 1:
        raise BadSetting(f"adaptation.prompt: count must be at least 1, got {count}")
    facts = {"what": "prompt", "count": count, "width": outline.width}
    return [Planned("", "module", facts)]
