"""The tensors of a model folder, read one at a time, and a folder written one tensor at a time."""

import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from calque.errors import BadFile, BadValue
from calque.progress import track
from calque.values.checkpoint import Checkpoint
from calque.workspace import fresh

TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_NAMES = {kind: name for name, kind in TYPES.items()}
_CELLS = 1 << 20  # numbers that are worked on at a time
_LAYER = re.compile(r"(?:^|\.)(\d+)(?:\.|$)")
_RUNS, _RUN = 64, 64  # a digest looks at so many runs of so many numbers


@dataclass(frozen=True)
class Place:
    """Where a tensor lies: its file, what its numbers are, its shape, its first and last byte."""

    file: Path
    kind: torch.dtype
    shape: tuple[int, ...]
    begin: int
    end: int


class Weights:
    """All tensors of a model folder by name; none is read before it is asked for."""

    def __init__(self, checkpoint: Checkpoint):
        self.checkpoint = checkpoint
        self.headers: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        for path in checkpoint.weights:
            with path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                text = file.read(length).decode()
            self.headers[path.name] = text
            for name, facts in tensors_in(text).items():
                if facts["dtype"] not in TYPES:
                    raise BadFile(
                        f"{path}: {name} holds {facts['dtype']}, which calque cannot read"
                    )
                begin, end = (8 + length + offset for offset in facts["data_offsets"])
                shape = tuple(facts["shape"])
                self.places[name] = Place(path, TYPES[facts["dtype"]], shape, begin, end)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def read(self, name: str, start: int = 0, stop: int | None = None) -> torch.Tensor:
        """A tensor, or its rows from `start` to `stop`."""
        place = self.places[name]
        shape, begin = place.shape, place.begin
        if shape and (start, stop) != (0, None):
            first, last, _ = slice(start, stop).indices(shape[0])
            shape = (max(0, last - first), *shape[1:])
            begin += first * math.prod(shape[1:]) * place.kind.itemsize
        made = torch.empty(shape, dtype=place.kind)
        # not mapped: pages of a map stay in memory, where they count as the process's own
        with place.file.open("rb") as file:
            file.seek(begin)
            if file.readinto(raw(made)) < made.nbytes:
                raise BadFile(f"{place.file}: ends before the last number of {name}")
        return made

    def numbers(self, name: str, start: int = 0, stop: int | None = None) -> torch.Tensor:
        """What `read` gives; BadValue where it holds what is not a finite number."""
        tensor = self.read(name, start, stop)
        if not finite(tensor):
            raise BadValue(f"{self.checkpoint.folder}: {name} holds numbers that are not finite")
        return tensor

    def digest(self, name: str) -> str:
        """16 hex digits that depend on the shape and on 4096 numbers spread over the tensor.

        The numbers are rounded to bfloat16, so that a model and its copy in half the bytes agree.
        """
        place = self.places[name]
        count, width = math.prod(place.shape), place.kind.itemsize
        digest = hashlib.blake2b(str(place.shape).encode(), digest_size=8)
        if not count:
            return digest.hexdigest()
        data = np.memmap(place.file, np.uint8, "r", place.begin, (place.end - place.begin,))
        starts = np.linspace(0, max(0, count - _RUN), _RUNS).astype(int)
        for start in [0] if count <= _RUNS * _RUN else starts:
            stop = count if count <= _RUNS * _RUN else start + _RUN
            some = torch.from_numpy(np.array(data[start * width : stop * width])).view(place.kind)
            digest.update(raw(some.bfloat16() if place.kind.is_floating_point else some))
        return digest.hexdigest()


def finite(tensor: torch.Tensor) -> bool:
    """Whether all its numbers are finite: the least and the greatest tell, without a copy of it."""
    if not tensor.is_floating_point() or not tensor.numel():
        return True
    return all(math.isfinite(end) for end in torch.aminmax(tensor.detach()))


def tensors_in(header: str) -> dict[str, dict[str, Any]]:
    """Facts of each tensor of a safetensors header, as their bytes follow each other."""
    tree = json.loads(header)
    tree.pop("__metadata__", None)
    return dict(sorted(tree.items(), key=lambda item: (item[1]["data_offsets"], item[0])))


def header_of(tensors: Mapping[str, tuple[torch.dtype, tuple[int, ...]]]) -> str:
    """The header of a safetensors file with these tensors, one behind the other."""
    tree: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    # wide numbers first: so each begins at a multiple of its size
    for name in sorted(tensors, key=lambda name: (-tensors[name][0].itemsize, name)):
        kind, shape = tensors[name]
        begin, end = end, end + kind.itemsize * math.prod(shape)
        tree[name] = {"dtype": _NAMES[kind], "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(tree)
    return text + " " * (-len(text.encode()) % 8)


def raw(tensor: torch.Tensor) -> memoryview:
    """The bytes of a tensor."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data if flat.numel() else memoryview(bytearray())


def blocks(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Rows from and to, so that no more than a million numbers are worked on at a time."""
    rows = shape[0] if shape else 1
    step = max(1, _CELLS * rows // max(1, math.prod(shape)))
    for start in range(0, rows, step):
        yield start, min(rows, start + step)


def resolved(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that means the same tensor: a body's name within a head's model, or outside."""
    if name in names:
        return name
    alike = [n for n in names if n.endswith(f".{name}") or name.endswith(f".{n}")]
    return alike[0] if len(alike) == 1 else None


def layer_of(name: str) -> int | None:
    """The number of the layer that a tensor belongs to: the first in its name."""
    found = _LAYER.search(name)
    return int(found[1]) if found else None


def write_model(
    like: Checkpoint,
    headers: Mapping[str, str],
    make: Callable[[str], Iterable[torch.Tensor]],
    *,
    texts: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> Checkpoint:
    """Write a model into a fresh folder; of its tensors, only one is in memory at a time.

    like:    gives all files but the weights
    headers: of each file of weights, which say what tensors it has
    make:    called with a tensor's name; gives it whole or in pieces
    texts:   files in place of those of `like`
    without: files and folders of `like` that are left out
    """
    need = sum(_size(header) for header in headers.values())
    folder = fresh("model")
    free = shutil.disk_usage(folder).free
    if need > free:
        folder.rmdir()
        raise BadFile(
            f"{folder.parent}: the result needs {need / 2**20:.0f} MiB, {free / 2**20:.0f} MiB are "
            "free; make room, or set TMPDIR or CALQUE_HOME to a larger disk"
        )
    for file, header in headers.items():
        with (folder / file).open("wb") as sink:
            text = header.encode()
            sink.write(len(text).to_bytes(8, "little") + text)
            for name in track(list(tensors_in(header)), f"writing {file}"):
                for piece in make(name):
                    sink.write(raw(piece))
    _rest(like, folder, {} if texts is None else texts, without)
    made = Checkpoint(folder)
    made.check_weights()
    return made


def _size(header: str) -> int:
    return max((facts["data_offsets"][1] for facts in tensors_in(header).values()), default=0)


def _rest(
    like: Checkpoint, folder: Path, texts: Mapping[str, str], without: Collection[str]
) -> None:
    for path in like.folder.rglob("*"):
        relative = path.relative_to(like.folder)
        if not path.is_file() or path in like.weights or relative.parts[0] in without:
            continue
        if str(relative) not in without and str(relative) not in texts:
            (folder / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / relative)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
