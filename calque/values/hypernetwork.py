"""A network that makes the rows of new pieces, as a folder."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from calque.errors import BadFile
from calque.values.base import Value


@dataclass(frozen=True)
class Hypernetwork(Value):
    """A folder with `config.json`, which says of what shape the network is, and `model.safetensors`."""

    folder: Path

    def __post_init__(self):
        folder = Path(self.folder)
        object.__setattr__(self, "folder", folder)
        for name in ("config.json", "model.safetensors"):
            if not (folder / name).is_file():
                raise BadFile(
                    f"{folder}: no {name}; a hypernetwork is what models.tune_hypernetwork leaves"
                )
        if self.settings.get("model_type") != "calque-hypernetwork":
            raise BadFile(
                f"{folder}/config.json: model_type is {self.settings.get('model_type')!r}, not "
                "'calque-hypernetwork'"
            )

    @cached_property
    def settings(self) -> dict:
        """The parsed config.json."""
        try:
            return json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadFile(f"{self.folder}/config.json: not JSON: {error}") from error
