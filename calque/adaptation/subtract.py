"""A patch without another: what a task taught beyond plain text, a language beyond English.

Source: Chronopoulou et al. 2024, "Language and Task Arithmetic with Parameter-Efficient Layers for
Zero-Shot Summarization", section 3, https://arxiv.org/abs/2311.09344
"""

from collections.abc import Iterator
from dataclasses import replace

from calque.adaptation.together import digests_of, names_of, others, piece, terms_of
from calque.errors import BadValue
from calque.maths.differences import scaled, summed
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Piece, write_patch

_WHAT = "adaptation.subtract"


@part(paper="chronopoulou-etal-2024-language")
def subtract(patch: Patch, other: Patch) -> Patch:
    """Take what another patch adds away from a patch; head, settings and modules are the first one's.

    patch, other: made on one base; `other` without modules
    """
    modules = [entry.name for entry in other.entries if entry.kind == "module"]
    if modules:
        raise BadValue(f"{_WHAT}: the module at '{modules[0]}' cannot be taken away")
    digests = digests_of([patch, other], _WHAT)
    return write_patch(replace(patch.head, digests=digests), _pieces(patch, other))


def _pieces(patch: Patch, other: Patch) -> Iterator[Piece]:
    for name in names_of([patch, other]):
        count = len(patch.terms(name))
        terms = terms_of([patch, other], name, _WHAT)
        away = [scaled(term, -1.0) for term in terms[count:]]
        yield from (piece(name, term) for term in summed([*terms[:count], *away]))
        yield from others(patch, name)
