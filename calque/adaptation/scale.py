"""A patch taken more or less strongly, or negated.

Source: Ilharco et al. 2023, section 2, https://arxiv.org/abs/2212.04089
"""

import math

from calque.adaptation.together import names_of, others, piece
from calque.errors import BadSetting, BadValue
from calque.maths.differences import scaled
from calque.roles import part
from calque.values import Patch
from calque.values.patch import write_patch


@part(paper="ilharco-etal-2023-editing")
def scale(patch: Patch, *, factor: float) -> Patch:
    """Multiply what a patch adds; tensors that are new or replaced (a head) stay as they are.

    patch:  without modules, which have no multiple
    factor: 0 leaves the base's own numbers, 1 the patch, below 0 unlearns
    """
    if not math.isfinite(factor):
        raise BadSetting(f"adaptation.scale: factor must be a finite number, got {factor}")
    modules = [entry.name for entry in patch.entries if entry.kind == "module"]
    if modules:
        raise BadValue(f"adaptation.scale: the module at '{modules[0]}' has no multiple")

    def pieces():
        for name in names_of([patch]):
            yield from (piece(name, scaled(term, factor)) for term in patch.terms(name))
            yield from others(patch, name)

    return write_patch(patch.head, pieces())
