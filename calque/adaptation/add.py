"""The sum of patches: what a task and a language taught one base, together.

Source: Ansell et al. 2022, section 4.1, https://aclanthology.org/2022.acl-long.125; Ilharco et al. 2023,
section 2, https://arxiv.org/abs/2212.04089
"""

from collections.abc import Iterator, Sequence

from calque.adaptation.together import head_of, modules, names_of, sums, whole
from calque.errors import BadValue
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Piece, write_patch

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
    return write_patch(head, _pieces(patches))


def _pieces(patches: Sequence[Patch]) -> Iterator[Piece]:
    for name in names_of(patches):
        yield from sums(patches, name, _WHAT)
        yield from whole(patches, name, _WHAT)
        holders = [patch for patch in patches if modules([patch], name)]
        if len(holders) > 1:
            raise BadValue(
                f"{_WHAT}: {len(holders)} patches have modules at '{name}', and modules do not add; "
                "stack them (adaptation.compose) or take their mean (adaptation.mean)"
            )
        yield from modules(holders, name)
