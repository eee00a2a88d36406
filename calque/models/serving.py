"""Many models in memory on one body: each distinct tensor is read once, each model is whole.

    serving = Serving(Hydra("models"))
    model, tokenizer = serving["swh"]

To switch language is to ask for another name. The models are ordinary ones of transformers that
look at the same numbers, so they may be used in turn or at once, and none of them is a copy. They
give the outputs, bit for bit, of the member's own model in memory of its own (`copy.deepcopy`). One that
looks at its mapped file, as transformers 5 opens it, may have other last bits: where a tensor
begins in memory decides how sums are split.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open

from calque.errors import BadFile
from calque.models.folder import quiet
from calque.models.packed import named, still_there, unpack
from calque.values import Hydra

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


class Serving:
    """The members of a folder, each opened when it is first asked for and kept."""

    def __init__(self, hydra: Hydra, *, device: str = "cpu"):
        """Open nothing yet.

        device: where the models run, such as "cuda"
        """
        self.hydra = hydra
        self.device = torch.device(device)
        self._files: dict[str, Any] = {}
        self._tensors: dict[str, torch.Tensor] = {}
        self._placed: dict[tuple, tuple[torch.Tensor, torch.Tensor]] = {}
        self._open: dict[str, tuple[PreTrainedModel, PreTrainedTokenizerFast]] = {}

    def __getitem__(self, name: str) -> "tuple[PreTrainedModel, PreTrainedTokenizerFast]":
        """A member's model, with the head that its folder names, and its tokenizer.

        The model is in evaluation mode and its weights need no gradient: to train one would change
        all. Weights have the types that plain transformers gives them.
        """
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.hydra.names)

    def __len__(self) -> int:
        return len(self.hydra)

    @property
    def bytes(self) -> int:
        """Memory of the weights of all models opened so far, what they share counted once."""
        sizes = {
            parameter.data_ptr(): parameter.nbytes
            for model, _ in self._open.values()
            for parameter in model.parameters()
        }
        return sum(sizes.values())

    def _opened(self, name: str) -> "tuple[PreTrainedModel, PreTrainedTokenizerFast]":
        import transformers

        with tempfile.TemporaryDirectory(prefix="calque-serving-") as folder, quiet():
            unpack(self.hydra, name, Path(folder), weights=False)
            config = transformers.AutoConfig.from_pretrained(folder, trust_remote_code=False)
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
                folder, trust_remote_code=False
            )
        architecture = (config.architectures or ["none"])[0]
        kind = getattr(transformers, architecture, None)
        if kind is None:
            raise BadFile(
                f"{self.hydra.folder}: config.json of '{name}' names no class of transformers, but "
                f"{architecture}"
            )
        return self._model(name, kind, config), tokenizer

    def _model(self, name: str, kind: Any, config: Any) -> "PreTrainedModel":
        with quiet(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # draws what the folder lacks, such as poolers that nobody reads
            model = kind.from_pretrained(None, config=config, state_dict=self._state(name))
        for tensor in (*model.parameters(), *model.buffers()):
            tensor.requires_grad_(False)
            tensor.data = self._there(tensor.data)
        return model.eval()

    def _state(self, name: str) -> dict[str, torch.Tensor]:
        """A member's weights by name; those that another member has too are the same tensors."""
        state = {}
        for file in self.hydra.entry(name)["weights"].values():
            for tensor, key in zip(named(file["header"]), file["tensors"], strict=True):
                if key not in self._tensors:
                    self._tensors[key] = self._file(self.hydra.index["tensors"][key][0], key)
                state[tensor] = self._tensors[key]
        return state

    def _file(self, name: str, key: str) -> torch.Tensor:
        if name not in self._files:
            self._files[name] = safe_open(still_there(self.hydra.folder / name), "pt")
        # mapped, it would begin anywhere; copied, all of them begin where torch has them begin
        return self._files[name].get_tensor(key).clone()

    def _there(self, tensor: torch.Tensor) -> torch.Tensor:
        """The tensor on the device, moved once however many models look at it."""
        if tensor.device == self.device or tensor.data_ptr() == 0:
            return tensor.to(self.device)
        place = (tensor.data_ptr(), tensor.dtype, tuple(tensor.shape))
        if (
            place not in self._placed
        ):  # with the tensor itself, so that no other comes to its address
            self._placed[place] = (tensor, tensor.to(self.device))
        return self._placed[place][1]
