"""How a folder of several models is written and read: bytes by hash, no tensor is interpreted.

A member's safetensors file is its header, kept as it stands, and the bytes behind it, tensor by
tensor. So what is taken out is the file that was put in, byte for byte.
"""

import fcntl
import hashlib
import json
import mmap
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from calque.errors import BadFile, BadValue
from calque.progress import track
from calque.values import Checkpoint, Hydra
from calque.values.hydra import FORMAT, INDEX
from calque.workspace import replacing

# what makes up a model folder; anything else in it (pickles above all) stays behind
_KEPT = (".json", ".txt", ".model", ".spm", ".tiktoken", ".jinja", ".md")
_NAME = re.compile(r"\w[\w.+-]*")
_BLOCK = 1 << 24


@dataclass(frozen=True)
class Added:
    """How much of a member the folder held before: bytes of its weights, and of those the new ones."""

    name: str
    size: int
    new: int

    def __str__(self) -> str:
        size, new = self.size / 2**20, self.new / 2**20
        share = 1 - self.new / self.size if self.size else 0.0
        return f"{self.name}: {size:.1f} MiB of weights, {new:.1f} MiB new, {share:.0%} shared"


def check_name(name: str) -> None:
    """BadValue where a member cannot be called so."""
    if not _NAME.fullmatch(name):
        raise BadValue(
            f"no name for a member: {name!r}; letters, digits, '_', '.', '+' and '-' make one, as swh"
        )


def add(folder: Path, members: Mapping[str, Checkpoint]) -> list[Added]:
    """Put models into the folder, new or not; a member of the same name is replaced.

    Whoever opens the folder meanwhile finds it as it was; a kill leaves it as it was. Several processes
    wait for each other. Who opened it before a member was replaced is told to open it again.
    """
    for name, checkpoint in members.items():
        check_name(name)
        checkpoint.check_weights()
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        index = _index(folder)
        added = []
        for name, checkpoint in track(list(members.items()), "packing"):
            added.append(_add(folder, index, name, checkpoint))
        with replacing(folder / INDEX) as path:
            path.write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")
        _sweep(folder, index)
    return added


def check_folder(folder: Path) -> None:
    """BadFile where `folder` holds something else than several models."""
    # a kill may have left the beginning of what the index would have named
    begun = ("files", "tensors-", ".", INDEX)  # the index may come while this looks
    if folder.is_dir() and not (folder / INDEX).is_file():
        other = [path.name for path in folder.iterdir() if not path.name.startswith(begun)]
    else:
        other = []
    if other:
        raise BadFile(f"{folder}: holds something else than several models; name a new folder")
    if folder.exists() and not folder.is_dir():
        raise BadFile(f"{folder}: is a file; several models make a folder")
    _index(folder)


def unpack(hydra: Hydra, name: str, folder: Path, *, weights: bool = True) -> None:
    """Write a member's files into `folder`, which must be new or empty; without `weights` small ones alone."""
    entry = hydra.entry(name)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        packs: dict[str, _Pack] = {}
        for file, key in entry["files"].items():
            _inside(folder, file).write_bytes(
                still_there(hydra.folder / "files" / key).read_bytes()
            )
        for file, made in entry["weights"].items() if weights else ():
            with _inside(folder, file).open("wb") as sink:
                head = made["header"].encode()
                sink.write(len(head).to_bytes(8, "little") + head)
                for key in made["tensors"]:
                    place = hydra.index["tensors"][key][0]
                    if place not in packs:
                        packs[place] = stack.enter_context(_open(hydra.folder / place))
                    packs[place].copy(key, sink)


def _add(folder: Path, index: dict[str, Any], name: str, checkpoint: Checkpoint) -> Added:
    files, weights = {}, {}
    found: dict[str, tuple[_Pack, str]] = {}
    size = 0
    with ExitStack() as stack:
        for path in sorted(checkpoint.folder.rglob("*")):
            relative = path.relative_to(checkpoint.folder)
            if not path.is_file() or any(part.startswith(".") for part in relative.parts):
                continue
            if path.suffix == ".safetensors":
                pack = stack.enter_context(_open(path))
                keys = {tensor: pack.key(tensor) for tensor in pack.order}
                found |= {key: (pack, tensor) for tensor, key in keys.items()}
                size += pack.size
                weights[relative.as_posix()] = {"header": pack.header, "tensors": [*keys.values()]}
            elif path.suffix in _KEPT:
                files[relative.as_posix()] = _keep(folder, path.read_bytes())
        new = {key: place for key, place in found.items() if key not in index["tensors"]}
        if new:
            file = _write(folder, new)
            sizes = {key: pack.length(tensor) for key, (pack, tensor) in new.items()}
            index["tensors"] |= {key: [file, sizes[key]] for key in sorted(new)}
    index["members"][name] = {"files": files, "weights": weights}
    return Added(name, size, sum(pack.length(tensor) for pack, tensor in new.values()))


def _keep(folder: Path, content: bytes) -> str:
    key = hashlib.blake2b(content, digest_size=16).hexdigest()
    path = folder / "files" / key
    if not path.is_file():
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    return key


def _write(folder: Path, new: dict[str, tuple["_Pack", str]]) -> str:
    """One safetensors file of these tensors, named by their hashes."""
    # wide numbers first: so each begins at a multiple of its size, as readers that map files like it
    order = sorted(new, key=lambda key: (-new[key][0].width(new[key][1]), key))
    header, end = {}, 0
    for key in order:
        pack, tensor = new[key]
        begin, end = end, end + pack.length(tensor)
        facts = pack.facts[tensor]
        header[key] = facts | {"data_offsets": [begin, end]}
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    name = hashlib.blake2b("".join(sorted(new)).encode(), digest_size=8).hexdigest()
    path = folder / f"tensors-{name}.safetensors"
    with replacing(path) as temporary, temporary.open("wb") as sink:
        sink.write(len(head).to_bytes(8, "little") + head)
        for key in order:
            pack, tensor = new[key]
            pack.copy(tensor, sink)
        sink.flush()
        os.fsync(sink.fileno())
    return path.name


def _sweep(folder: Path, index: dict[str, Any]) -> None:
    """Remove what no member is made of any longer; of a file that is partly used, all stays."""
    members = list(index["members"].values())
    used = {key for m in members for file in m["weights"].values() for key in file["tensors"]}
    packs = {index["tensors"][key][0] for key in used}
    files = {key for member in members for key in member["files"].values()}
    for path in folder.glob("tensors-*.safetensors"):
        if path.name not in packs:
            path.unlink()
    for path in (folder / "files").glob("*"):
        if path.name not in files:
            path.unlink()
    for path in (*folder.glob(".*.part"), *folder.glob("files/.*.part")):  # what a kill left
        path.unlink(missing_ok=True)


def _index(folder: Path) -> dict[str, Any]:
    if (folder / INDEX).is_file():
        index = Hydra(folder).index
        # tensors of files that were swept away are no longer there to share
        there = {path.name for path in folder.glob("tensors-*.safetensors")}
        index["tensors"] = {k: place for k, place in index["tensors"].items() if place[0] in there}
        return index
    return {"format": FORMAT, "members": {}, "tensors": {}}


def named(header: str) -> list[str]:
    """Names of a safetensors file's tensors, as their bytes follow each other."""
    tree = json.loads(header)
    tree.pop("__metadata__", None)
    return sorted(tree, key=lambda name: (*tree[name]["data_offsets"], name))


class _Pack:
    """A safetensors file as bytes.

    header: as it stands
    facts:  type and shape of each tensor
    order:  names, as their bytes follow each other
    size:   bytes of all tensors
    """

    def __init__(self, path: Path, view: memoryview):
        length = int.from_bytes(view[:8], "little")
        self.header = bytes(view[8 : 8 + length]).decode()
        self.data = view[8 + length :]
        tree = json.loads(self.header)
        tree.pop("__metadata__", None)
        self.spans = {name: tensor["data_offsets"] for name, tensor in tree.items()}
        self.facts = {n: {"dtype": t["dtype"], "shape": t["shape"]} for n, t in tree.items()}
        self.order = named(self.header)
        self.size = len(self.data)
        end = 0
        for name in self.order:
            if self.spans[name][0] != end:
                raise BadFile(f"{path}: tensors with gaps between them, at '{name}'; save it again")
            end = self.spans[name][1]

    def length(self, name: str) -> int:
        """Bytes of a tensor."""
        begin, end = self.spans[name]
        return end - begin

    def width(self, name: str) -> float:
        """Bytes of one of its numbers."""
        count = 1
        for side in self.facts[name]["shape"]:
            count *= side
        return self.length(name) / max(count, 1)

    def key(self, name: str) -> str:
        """Hash of type, shape and bytes."""
        begin, end = self.spans[name]
        digest = hashlib.blake2b(json.dumps(self.facts[name]).encode(), digest_size=16)
        digest.update(self.data[begin:end])
        return digest.hexdigest()

    def copy(self, name: str, sink: Any) -> None:
        """Write a tensor's bytes, block by block."""
        begin, end = self.spans[name]
        for start in range(begin, end, _BLOCK):
            sink.write(self.data[start : min(start + _BLOCK, end)])


def still_there(path: Path) -> Path:
    """The file; BadFile where it went with a member that was replaced."""
    if not path.exists():
        raise BadFile(
            f"{path}: is gone: a member was replaced since this was opened; open it again"
        )
    return path


@contextmanager
def _open(path: Path) -> Iterator[_Pack]:
    with (
        still_there(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as view,
    ):
        pack = _Pack(path, view)
        try:
            yield pack
        finally:
            pack.data.release()  # a mapping that is still looked at cannot be closed


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise BadFile(f"hydra.json: a member's file lies outside its folder: {name!r}")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
