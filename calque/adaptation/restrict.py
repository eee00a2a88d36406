"""A part of a patch: some layers, or tensors by name, or all but the head.

Source: Ben Zaken et al. 2022, "BitFit", section 3 (biases alone), https://arxiv.org/abs/2106.10199
"""

import re
from dataclasses import replace

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Entry, write_patch
from calque.values.weights import layer_of


@part(paper="ben-zaken-etal-2022-bitfit")
def restrict(
    patch: Patch, *, names: str = "", layers: list[int] | None = None, head: bool = True
) -> Patch:
    r"""Keep some entries of a patch and leave the others out.

    names:  regular expression, found anywhere in the name of what is kept: "bias$" for biases,
            "(?i)norm" for normalizations, "embeddings" for rows
    layers: numbers of the layers that are kept, from 0; what belongs to no layer goes. None keeps all
    head:   whether tensors that are new or replaced stay, with the settings that go with them, whatever
            `names` and `layers` say; False leaves what the patch does to the body
    """
    try:
        pattern = re.compile(names)
    except re.error as error:
        raise BadSetting(f"adaptation.restrict: names '{names}' is no pattern: {error}") from error

    def kept(entry: Entry) -> bool:
        if entry.kind == "whole":
            return head
        return bool(pattern.search(entry.name)) and (
            layers is None or layer_of(entry.name) in layers
        )

    chosen = [entry for entry in patch.entries if kept(entry)]
    if not chosen:
        there = ", ".join(dict.fromkeys(entry.name for entry in patch.entries[:3]))
        raise BadSetting(
            f"adaptation.restrict: nothing is left of {len(patch)} entries with names '{names}', layers "
            f"{layers}; names are like {there}"
        )
    facts = patch.head if head else replace(patch.head, config={}, dropped=(), outer="")
    return write_patch(facts, (patch.read(entry) for entry in chosen))
