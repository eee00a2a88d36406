"""merger: checkpoints -> Checkpoint. Makes one model of several of the same shape."""

from collections.abc import Sequence

import torch

from calque.errors import BadValue
from calque.roles._models import models, tensors_of
from calque.roles.base import Role
from calque.values import Checkpoint


def example(seed: int) -> tuple[list[Checkpoint]]:
    """Three models of one shape."""
    return (models(seed),)


def keeps_what_all_agree_on(part, checkpoints: Sequence[Checkpoint]):
    """The same model several times, and a model alone, come back bit for bit."""
    expected = tensors_of(checkpoints[0])
    for count in (1, 2, 3):
        merged = tensors_of(part([checkpoints[0]] * count))
        assert merged.keys() == expected.keys()
        for name, tensor in merged.items():
            assert tensor.dtype == expected[name].dtype
            assert torch.equal(tensor, expected[name]), name


def ignores_order(part, checkpoints: Sequence[Checkpoint]):
    """Models in another order make the same weights, bit for bit."""
    expected = tensors_of(part(list(checkpoints)))
    for name, tensor in tensors_of(part(list(reversed(checkpoints)))).items():
        assert torch.equal(tensor, expected[name]), name


def leaves_its_inputs_alone(part, checkpoints: Sequence[Checkpoint]):
    """The models are the same files afterwards, and the result is another folder."""
    before = [checkpoint.fingerprint() for checkpoint in checkpoints]
    merged = part(list(checkpoints))
    assert [checkpoint.fingerprint() for checkpoint in checkpoints] == before
    assert merged.folder not in [checkpoint.folder for checkpoint in checkpoints]
    assert merged.config == checkpoints[0].config


def refuses_nothing(part, checkpoints: Sequence[Checkpoint]):
    """No models make no model, but an error that says so."""
    try:
        part([])
    except BadValue:
        return
    raise AssertionError("no error for no models")


merger = Role(
    "merger",
    takes=("checkpoints",),
    gives=Checkpoint,
    about="Makes one model of several of the same shape.",
    example=example,
    laws=(keeps_what_all_agree_on, ignores_order, leaves_its_inputs_alone, refuses_nothing),
)
