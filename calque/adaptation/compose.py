"""Patches one behind the other: differences add, modules stack.

Source: Pfeiffer et al. 2020, "MAD-X", section 3 (task adapters stacked on language adapters),
https://arxiv.org/abs/2005.00052
"""

from calque.adaptation.together import head_of, joined
from calque.roles import part
from calque.values import Patch
from calque.values.patch import write_patch

_WHAT = "adaptation.compose"


@part(paper="pfeiffer-etal-2020-madx")
def compose(patches: list[Patch]) -> Patch:
    """Put patches on one base one behind the other; modules of a later one read those of an earlier one.

    Without modules this is `adaptation.add`. A language's adapter with a task's adapter on it is
    `compose([language, task])`; another language's in its place transfers the task.

    patches: at least one, all made on one base
    """
    head = head_of(patches, _WHAT)
    return write_patch(head, joined(patches, _WHAT))
