"""merger: checkpoints -> Checkpoint. Makes one model of several of the same shape."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from calque.errors import BadValue
from calque.roles.base import Role
from calque.values import Checkpoint

_folders: list[tempfile.TemporaryDirectory] = []  # removed at the end of the process


def example(seed: int) -> tuple[list[Checkpoint]]:
    """Three models: matrices in three precisions, a row for each of two labels, a counter."""
    _folders.append(tempfile.TemporaryDirectory(prefix="calque-merger-"))
    generator = torch.Generator().manual_seed(seed)
    made = []
    for number in range(3):
        tensors = {
            "body.weight": torch.randn(4, 3, generator=generator),
            "body.bias": torch.randn(4, generator=generator).bfloat16(),
            "body.small": torch.randn(2, 2, generator=generator).half(),
            "classifier.weight": torch.randn(2, 4, generator=generator),
            "body.positions": torch.arange(5),
        }
        folder = Path(_folders[-1].name) / str(number)
        folder.mkdir()
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        settings = {"architectures": ["Toy"], "id2label": {"0": "no", "1": "yes"}}
        (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        made.append(Checkpoint(folder))
    return (made,)


def tensors_of(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    """All weights of a small model, by name."""
    return {name: t for path in checkpoint.weights for name, t in load_file(path).items()}


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
