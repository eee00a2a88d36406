"""Deep prompts: keys and values of its own for every layer.

Source: Li and Liang 2021, "Prefix-Tuning", section 4, https://arxiv.org/abs/2101.00190; for understanding:
Liu et al. 2022, "P-Tuning v2", section 3, https://arxiv.org/abs/2110.07602; across languages: Tu et al.
2022, "Prompt-Tuning Can Be Much Better Than Fine-Tuning on Cross-lingual Understanding",
https://aclanthology.org/2022.findings-emnlp.401
"""

from calque.errors import BadSetting
from calque.roles import patcher
from calque.values.outline import Outline, Planned


@patcher(paper="prompt-tuning-xlu")
def prefix(outline: Outline, *, count: int = 16) -> list[Planned]:
    """Let every layer attend to `count` keys and values that are learned; the body stays frozen.

    count: 16 to 32 in the paper across languages. So many pieces less fit into the model's length
    """
    if count < 1:
        raise BadSetting(f"adaptation.prefix: count must be at least 1, got {count}")
    if not outline.heads:
        raise BadSetting(
            "adaptation.prefix: this model takes no keys and values from outside; take adaptation.prompt"
        )
    facts = {"what": "prefix", "count": count, "layers": len(outline.layers)}
    return [Planned("", "module", facts | {"heads": outline.heads, "size": outline.size})]
