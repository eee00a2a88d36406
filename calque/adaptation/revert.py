"""The base of a model that a patch was put on.

Source: Ansell et al. 2022, section 4.1, https://aclanthology.org/2022.acl-long.125
"""

import json
from collections.abc import Iterator

import torch
from safetensors import safe_open

from calque.adaptation.undone import UNDO
from calque.errors import BadFile
from calque.maths.differences import Term, total
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.weights import Weights, blocks, write_model


@part(paper="ansell-etal-2022-composable")
def revert(checkpoint: Checkpoint, patch: Patch) -> Checkpoint:
    """Take a patch off a model that `adaptation.apply` put it on: the base, bit for bit.

    checkpoint: as `adaptation.apply` left it, with its folder `undo`
    """
    file = checkpoint.folder / UNDO / f"{patch.fingerprint()}.safetensors"
    if not file.is_file():
        raise BadFile(
            f"{checkpoint.folder}: this patch was not applied to it by adaptation.apply, or its "
            f"folder '{UNDO}' is gone; subtract the patch, or take the base itself"
        )
    weights = Weights(checkpoint)
    with safe_open(file, framework="pt") as kept:
        facts = json.loads(kept.metadata()["facts"])
        changed, named = facts["changed"], facts["named"]

        def make(name: str) -> Iterator[torch.Tensor]:
            if name not in named:
                yield kept.get_tensor(f"whole.{name}")
            elif name not in changed:
                yield weights.read(named[name])
            else:
                made = _before(weights, named[name], patch.terms(changed[name]))
                cells = kept.get_tensor(f"cells.{name}").long()
                made.view(-1)[cells] = kept.get_tensor(f"values.{name}")
                yield made

        texts = {name: text for name, text in facts["texts"].items() if text is not None}
        others = [path for path in file.parent.iterdir() if path != file]
        without = [f"{UNDO}/{file.name}"] if others else [UNDO]
        return write_model(checkpoint, facts["headers"], make, texts=texts, without=without)


def _before(weights: Weights, name: str, terms: list[Term]) -> torch.Tensor:
    place = weights.places[name]
    made = torch.empty(place.shape or (1,), dtype=place.kind)
    for start, stop in blocks(place.shape):
        added = total(terms, place.shape, start, stop)
        made[start:stop] = (weights.read(name, start, stop).double() - added).to(place.kind)
    return made.view(place.shape)
