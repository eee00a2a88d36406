"""The sum of patches: what a task and a language taught one base, together.

Source: Ansell et al. 2022, section 4.1, https://aclanthology.org/2022.acl-long.125; Ilharco et al. 2023,
section 2, https://arxiv.org/abs/2212.04089
"""

from collections import Counter

from calque.adaptation.together import head_of, joined
from calque.errors import BadValue
from calque.roles import part
from calque.values import Patch
from calque.values.patch import write_patch

_WHAT = "adaptation.add"


@part(paper="ansell-etal-2022-composable")
def add(patches: list[Patch]) -> Patch:
    """Add patches on one base: the same patch whatever their order.

    Low-rank differences put their factors side by side, so their sum is that of the products, of all ranks
    together (`adaptation.compress` makes it smaller); sparse ones and rows keep every place; kinds that have no
    common exact form stand beside each other. A tensor that is new or replaced (a head) must be the same
    in all that have it. Modules do not add: at one place only one patch may have any.

    patches: at least one, all made on one base
    """
    head = head_of(patches, _WHAT)
    holders = Counter(
        place
        for patch in patches
        for place in {entry.name for entry in patch.entries if entry.kind == "module"}
    )
    for place, count in sorted(holders.items()):
        if count > 1:
            raise BadValue(
                f"{_WHAT}: {count} patches have modules at '{place}', and modules do not add; "
                "stack them (adaptation.compose) or take their mean (adaptation.mean)"
            )
    return write_patch(head, joined(patches, _WHAT))
