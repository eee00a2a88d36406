"""A model folder in hub format."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from calque.errors import BadFile
from calque.values.base import Value, fingerprint

PARSER = "parser.safetensors"  # a parser's head, beside the body's weights, which `AutoModel` loads
PARSER_HEAD = "classifier."  # its names in there


@dataclass(frozen=True)
class Checkpoint(Value):
    """A model folder in hub format: config, safetensors, tokenizer, card. Never changed in place."""

    folder: Path

    def __post_init__(self):
        folder = Path(self.folder)
        object.__setattr__(self, "folder", folder)
        if not folder.is_dir():
            raise BadFile(f"{folder}: no such folder; a model is a folder with config.json")
        if not (folder / "config.json").is_file():
            raise BadFile(f"{folder}: no config.json; is this a model folder?")
        if not self.weights:
            unsafe = [
                p.name for p in (*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth"))
            ]
            if unsafe:
                raise BadFile(
                    f"{folder}: holds only {unsafe[0]}, a pickle, which can run any code when it is loaded; "
                    "convert it where you trust it: AutoModel.from_pretrained(folder)"
                    ".save_pretrained(new_folder, safe_serialization=True)"
                )
            raise BadFile(f"{folder}: no model weights (*.safetensors)")

    @property
    def weights(self) -> list[Path]:
        """The safetensors files, in order."""
        return sorted(self.folder.glob("*.safetensors"))

    def check_weights(self) -> None:
        """Raise BadFile where a safetensors file is cut short or is none, without reading its tensors."""
        for path in self.weights:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = int.from_bytes(file.read(8), "little")
                text = file.read(head) if head < size else b""
            try:
                tensors = [v for k, v in json.loads(text).items() if k != "__metadata__"]
                ends = max((tensor["data_offsets"][1] for tensor in tensors), default=0)
            except (ValueError, AttributeError, KeyError, TypeError, IndexError):
                ends = -1
            if 8 + head + ends != size:
                raise BadFile(
                    f"{path}: {size} bytes are not a whole safetensors file; copy or download it again"
                )

    @cached_property
    def config(self) -> dict:
        """The parsed config.json."""
        try:
            return json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadFile(f"{self.folder}/config.json: not JSON: {error}") from error

    def fingerprint(self) -> str:
        """Depends on weights, config and tokenizer; not on the card or where the folder lies."""
        digest = hashlib.blake2b(b"Checkpoint", digest_size=16)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix in (".safetensors", ".json", ".txt", ".model"):
                digest.update(str(path.relative_to(self.folder)).encode())
                digest.update(fingerprint(path).encode())
        return digest.hexdigest()
