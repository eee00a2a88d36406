"""What a model has learned beyond another one.

Source: Ilharco et al. 2023, "Editing Models with Task Arithmetic", section 2 (task vectors),
https://arxiv.org/abs/2212.04089
"""

from collections.abc import Iterator

import torch

from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.between import between, relation
from calque.values.patch import Piece, write_patch
from calque.values.weights import Weights


@part(paper="ilharco-etal-2023-editing")
def difference(base: Checkpoint, tuned: Checkpoint) -> Patch:
    """Take the base from a model that was made of it: what is added to each tensor, and a new head.

    Applied to the base it gives the tuned model bit for bit. Each tensor's difference is stored in
    the fewest bytes: whole, by cells, or by rows; tensors that stayed are not. Tensors that the base lacks or has in
    another shape (a head's), and settings such as labels, travel whole.

    base, tuned: of one architecture and vocabulary
    """
    old, new = Weights(base), Weights(tuned)
    found = relation(old, new, "adaptation.difference")
    return write_patch(found.head, _pieces(old, new, found.places))


def _pieces(old: Weights, new: Weights, places: dict[str, str | None]) -> Iterator[Piece]:
    for name in track(sorted(new), "comparing tensors"):
        place, shape = places[name], new.places[name].shape
        tensor = new.numbers(name)
        if place is None:
            yield Piece(name, "whole", shape, {"value": tensor})
            continue
        before = old.numbers(place)
        if torch.equal(before.double(), tensor.double()):
            continue
        if not (before.is_floating_point() and tensor.is_floating_point()):
            yield Piece(place, "whole", shape, {"value": tensor})
            continue
        for term in between(before, tensor):
            yield Piece(place, term.kind, shape, term.tensors)
