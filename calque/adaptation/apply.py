"""A base with a patch on it, as an ordinary model folder.

Source: Ilharco et al. 2023, section 2, https://arxiv.org/abs/2212.04089; Ansell et al. 2022, "Composable
Sparse Fine-Tuning for Cross-Lingual Transfer", section 4.1, https://aclanthology.org/2022.acl-long.125
"""

from collections.abc import Iterator

import torch

from calque.adaptation.undone import UNDO, Undo
from calque.adaptation.written import names_after, write_changed
from calque.errors import BadValue
from calque.maths.differences import total
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.between import resolve
from calque.values.weights import Weights, blocks


@part(paper="ansell-etal-2022-composable")
def apply(checkpoint: Checkpoint, patch: Patch) -> Checkpoint:
    """Add a patch to its base: a folder that `transformers` loads, with the patch's head and labels.

    Numbers are added in float64 and rounded once to the type that the base has them in. What rounding loses
    is kept below `undo/`, so that `adaptation.revert` gives the base back bit for bit. Memory holds one
    tensor with its difference.

    checkpoint: the model that the patch was made on, or one that has the same numbers in the tensors that
                are changed
    patch:      without modules: no plain folder has a place for those
    """
    modules = [entry for entry in patch.entries if entry.kind == "module"]
    if modules:
        raise BadValue(
            f"adaptation.apply: the patch has {len(modules)} modules ({modules[0].facts['what']} at "
            f"'{modules[0].name}'), which a plain model folder has no place for"
        )
    weights = Weights(checkpoint)
    changed, undo = _changed(weights, patch), Undo(weights, patch)
    whole = {e.name: patch.read(e).tensors["value"] for e in patch.entries if e.kind == "whole"}

    def make(name: str) -> Iterator[torch.Tensor]:
        if name not in changed:
            yield weights.read(name)
            return
        terms, place = patch.terms(changed[name]), weights.places[name]
        for start, stop in blocks(place.shape):
            before = weights.numbers(name, start, stop)
            after = total(terms, place.shape, start, stop, before).to(place.kind)
            if not after.isfinite().all():
                raise BadValue(f"adaptation.apply: {name} leaves what {place.kind} can hold")
            again = after.double() - total(terms, place.shape, start, stop)
            undo.look(name, start, before, again.to(place.kind))
            yield after

    names = names_after(weights, patch.head, whole)
    made = write_changed(weights, patch.head, whole, make)
    named = {old: new for new, old in names.items() if new not in whole}
    undo.write(made.folder / UNDO, changed, named)
    return made


def _changed(weights: Weights, patch: Patch) -> dict[str, str]:
    """The patch's name for each tensor of the model that is changed; tied tensors change together."""
    found = {place: name for name, place in resolve(patch, weights).items()}
    if not weights.checkpoint.config.get("tie_word_embeddings", True):
        return found
    shapes = {weights.places[name].shape for name in found}
    alike: dict[str, list[str]] = {}
    for name, place in weights.places.items():
        if len(place.shape) == 2 and place.shape in shapes:
            alike.setdefault(weights.digest(name), []).append(name)
    for names in alike.values():
        for one in [name for name in names if name in found]:
            for other in [name for name in names if name not in found]:
                if torch.equal(weights.read(one), weights.read(other)):
                    found[other] = found[one]
    return found
