"""combiner: parents, base -> Checkpoint. Moves a base by what several models of it have learned."""

from collections.abc import Sequence

import torch

from calque.errors import BadValue
from calque.roles._models import models, tensors_of
from calque.roles.base import Role
from calque.values import Checkpoint


def example(seed: int) -> tuple[list[Checkpoint], Checkpoint]:
    """Two models and their base: matrices in three precisions, a head that all share, a counter."""
    base, *parents = models(seed)
    return parents, base


def stays_where_nothing_changed(part, parents: Sequence[Checkpoint], base: Checkpoint):
    """Copies of the base make the base, bit for bit."""
    merged = tensors_of(part([base, base], base))
    for name, tensor in tensors_of(base).items():
        assert merged[name].dtype == tensor.dtype
        assert torch.equal(merged[name], tensor), name


def ignores_order(part, parents: Sequence[Checkpoint], base: Checkpoint):
    """Models in another order make the same weights, bit for bit."""
    expected = tensors_of(part(list(parents), base))
    for name, tensor in tensors_of(part(list(reversed(parents)), base)).items():
        assert torch.equal(tensor, expected[name]), name


def moves_the_base(part, parents: Sequence[Checkpoint], base: Checkpoint):
    """What models changed changes the result, which has the base's tensors and types."""
    merged, before = tensors_of(part(list(parents), base)), tensors_of(base)
    assert {n: t.dtype for n, t in merged.items()} == {n: t.dtype for n, t in before.items()}
    assert any(not torch.equal(merged[name], before[name]) for name in before)


def leaves_its_inputs_alone(part, parents: Sequence[Checkpoint], base: Checkpoint):
    """The models are the same files afterwards, and the result is another folder."""
    before = [checkpoint.fingerprint() for checkpoint in (*parents, base)]
    merged = part(list(parents), base)
    assert [checkpoint.fingerprint() for checkpoint in (*parents, base)] == before
    assert merged.folder not in [checkpoint.folder for checkpoint in (*parents, base)]


def refuses_nothing(part, parents: Sequence[Checkpoint], base: Checkpoint):
    """No models make no model, but an error that says so."""
    try:
        part([], base)
    except BadValue:
        return
    raise AssertionError("no error for no models")


combiner = Role(
    "combiner",
    takes=("parents", "base"),
    gives=Checkpoint,
    about="Moves a base by what several models of it have learned.",
    example=example,
    laws=(
        stays_where_nothing_changed,
        ignores_order,
        moves_the_base,
        leaves_its_inputs_alone,
        refuses_nothing,
    ),
)
