"""Several models in one folder."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from calque.errors import BadFile, UnknownName
from calque.values.base import Value

INDEX = "hydra.json"
FORMAT = 1


@dataclass(frozen=True)
class Hydra(Value):
    """A folder of several named models that holds every distinct tensor and file once.

    hydra.json:            what each member is made of, by hashes; the only file that is ever replaced
    tensors-*.safetensors: the weights, named by hash of type, shape and bytes
    files/*:               configurations, tokenizers and cards, named by hash
    """

    folder: Path

    def __post_init__(self):
        object.__setattr__(self, "folder", Path(self.folder))
        if not (self.folder / INDEX).is_file():
            raise BadFile(f"{self.folder}: no {INDEX}; is this a folder of several models?")
        _ = self.index

    @cached_property
    def index(self) -> dict[str, Any]:
        """The parsed hydra.json: "members" and, by hash, the file and size of every tensor."""
        path = self.folder / INDEX
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadFile(f"{path}: not JSON: {error}") from error
        if not isinstance(tree, dict) or not isinstance(tree.get("members"), dict):
            raise BadFile(f"{path}: names no members")
        if tree.get("format") != FORMAT:
            raise BadFile(f"{path}: format {tree.get('format')}; this calque reads {FORMAT}")
        return tree

    @property
    def names(self) -> tuple[str, ...]:
        """The members, in the order in which they came."""
        return tuple(self.index["members"])

    def entry(self, name: str) -> dict[str, Any]:
        """What a member is made of: "files" by name, and "weights" with header and tensors."""
        if name not in self.index["members"]:
            there = ", ".join(self.names) or "none"
            raise UnknownName(f"{self.folder}: no member '{name}'; there are: {there}")
        return self.index["members"][name]

    def tensors(self, name: str) -> list[str]:
        """Hashes of a member's tensors, file by file."""
        return [key for file in self.entry(name)["weights"].values() for key in file["tensors"]]

    def sizes(self) -> dict[str, int]:
        """Bytes of each tensor, by hash."""
        return {key: size for key, (_, size) in self.index["tensors"].items()}

    def version(self, name: str) -> str:
        """32 hex digits that depend on a member's content alone."""
        text = json.dumps(self.entry(name), sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def fingerprint(self) -> str:
        """Depends on the members and their names, not on the order in which they came."""
        text = json.dumps({name: self.version(name) for name in self.names}, sort_keys=True)
        return hashlib.blake2b(b"Hydra" + text.encode(), digest_size=16).hexdigest()

    def __len__(self) -> int:
        return len(self.names)
