"""A difference on a base model: what is added to its tensors, what is new, what stands between its layers."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calque.errors import BadFile, BadValue
from calque.values.base import Value
from calque.workspace import fresh

if TYPE_CHECKING:
    import torch

    from calque.maths.differences import Term

INDEX = "patch.json"
FORMAT = 1
KINDS = {
    "dense": ("value",),
    "sparse": ("indices", "values"),
    "rows": ("ids", "values"),
    "low_rank": ("up", "scale", "down"),
    "whole": ("value",),
}  # and "packed" and "module", whose tensors have names of their own
DIFFERENCES = ("dense", "sparse", "rows", "low_rank", "packed")
_FILE_BYTES = 1 << 28  # tensors of a file are in memory together while it is written


@dataclass(frozen=True)
class Entry:
    """One thing that a patch does; at most one of each kind for a tensor, modules excepted.

    name:    of the tensor that is changed or new, or of the place that a module stands at: the tensors
             of that name or below it are those that the module was trained beside
    kind:    "dense", "sparse", "rows" and "low_rank" are added to the base's tensor (`maths.differences`), and
             so is "packed", factors in few bits (`maths.packing`);
             "whole" takes its place, or is a tensor that the base lacks (a task's head); "module" is put
             between layers: what and settings stand in `facts`; modules at one place follow each other
    shape:   of the tensor; () for a module
    tensors: keys of what it is made of, by the names that its kind has
    facts:   for a module {"what": "bottleneck" ...}, whatever its kind needs
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    tensors: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """An entry with its tensors."""

    name: str
    kind: str
    shape: tuple[int, ...]
    tensors: dict[str, "torch.Tensor"]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def term(self) -> "Term":
        """The difference by itself."""
        from calque.maths.differences import Term

        if self.kind == "packed":
            from calque.maths.packing import unpack

            factors = unpack(self.tensors, self.facts["bands"], self.shape)
            return Term("low_rank", self.shape, factors)
        return Term(self.kind, self.shape, self.tensors)


@dataclass(frozen=True)
class Head:
    """What a patch says of its base and of the model that it makes.

    base:    name of the base
    digests: of the base's tensors (`Weights.digest`), as far as they are known
    config:  settings of config.json that become others; None takes one out
    dropped: tensors of the base that go (the head of another task)
    outer:   what the names of a bare body's tensors get in front ("bert.")
    """

    base: str
    digests: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    outer: str = ""


@dataclass(frozen=True)
class Patch(Value):
    """A difference on a base model: `patch.json` and the tensors that it names; read when asked for.

    Its algebra is the family `adaptation`: difference, apply, revert, add, subtract, scale, mean,
    compose, compress, restrict. A difference with biases, norms or some layers alone is a patch
    with those entries alone. Equal tensors are stored once, so tied weights are.
    """

    folder: Path

    def __post_init__(self):
        object.__setattr__(self, "folder", Path(self.folder))
        if not (self.folder / INDEX).is_file():
            raise BadFile(f"{self.folder}: no {INDEX}; is this a patch?")
        for entry in self.entries:
            wrong = _wrong(entry)
            if wrong:
                raise BadFile(f"{self.folder}/{INDEX}: {entry.name}: {wrong}")
            lost = [key for key in entry.tensors.values() if key not in self._files]
            if lost:
                raise BadFile(f"{self.folder}: the tensor {lost[0]} of {entry.name} is missing")

    @cached_property
    def _tree(self) -> dict[str, Any]:
        path = self.folder / INDEX
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadFile(f"{path}: not JSON: {error}") from error
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            found = tree.get("format") if isinstance(tree, dict) else None
            raise BadFile(f"{path}: format {found}; this calque reads {FORMAT}")
        return tree

    @cached_property
    def head(self) -> Head:
        """What it says of its base and of the model that it makes."""
        tree = self._tree["head"]
        return Head(**(tree | {"dropped": tuple(tree["dropped"])}))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that it does, in order."""
        return tuple(Entry(**(e | {"shape": tuple(e["shape"])})) for e in self._tree["entries"])

    @cached_property
    def _files(self) -> dict[str, Path]:
        from safetensors import safe_open

        found = {}
        for path in sorted(self.folder.glob("*.safetensors")):
            with safe_open(path, framework="np") as file:
                found |= dict.fromkeys(file.keys(), path)
        return found

    def read(self, entry: Entry) -> Piece:
        """An entry with its tensors; BadValue where one holds what is not a finite number."""
        from safetensors import safe_open

        paths = dict.fromkeys(self._files[key] for key in entry.tensors.values())
        # to open a file takes as long as to read a thousand rows of it
        files = {path: safe_open(path, framework="pt") for path in paths}
        tensors = {n: files[self._files[key]].get_tensor(key) for n, key in entry.tensors.items()}
        piece = Piece(entry.name, entry.kind, entry.shape, tensors, entry.facts)
        _check(piece)
        return piece

    def of(self, name: str) -> list[Entry]:
        """The entries of a name."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.name, []).append(entry)
        return found

    def terms(self, name: str) -> list["Term"]:
        """What is added to a tensor; nothing where nothing is."""
        return [self.read(e).term for e in self.of(name) if e.kind in DIFFERENCES]

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the tensors that something is added to, each once."""
        return tuple(dict.fromkeys(e.name for e in self.entries if e.kind in DIFFERENCES))

    def concerns(self, tensor: str) -> bool:
        """Whether it was made beside what this tensor of the base holds."""
        if any(entry.kind != "whole" for entry in self.of(tensor)):
            return True
        places = [entry.name for entry in self.entries if entry.kind == "module"]
        return any(not place or tensor.startswith(f"{place}.") for place in places)

    @property
    def size(self) -> int:
        """Bytes on disk of its tensors."""
        return sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def fingerprint(self) -> str:
        """Depends on what it says; tensors are named by their content, so none is read."""
        text = json.dumps(self._tree, sort_keys=True)
        return hashlib.blake2b(b"Patch" + text.encode(), digest_size=16).hexdigest()

    def __len__(self) -> int:
        return len(self.entries)


def write_patch(head: Head, pieces: Iterable[Piece]) -> Patch:
    """Write a patch into a fresh folder, piece by piece, each tensor once; BadValue for one that is not finite."""
    from safetensors.torch import save_file

    folder = fresh("patch")
    entries, known, waiting, files = [], set(), {}, 0
    for piece in pieces:
        wrong = _wrong(piece)
        if wrong:
            raise BadValue(f"Patch: {piece.name}: {wrong}")
        _check(piece)
        keys = {}
        for name, tensor in piece.tensors.items():
            tensor = tensor.detach().cpu().contiguous()
            keys[name] = key = _key(tensor)
            if key not in known:
                known.add(key)
                waiting[key] = tensor.clone()  # may look at a part of something larger
        entries.append(asdict(Entry(piece.name, piece.kind, piece.shape, keys, piece.facts)))
        if sum(tensor.nbytes for tensor in waiting.values()) >= _FILE_BYTES:
            save_file(waiting, folder / f"patch-{files:05}.safetensors")
            waiting, files = {}, files + 1
    if waiting:
        save_file(waiting, folder / f"patch-{files:05}.safetensors")
    tree = {"format": FORMAT, "head": asdict(head), "entries": entries}
    text = json.dumps(tree, ensure_ascii=False, indent=1)
    (folder / INDEX).write_text(text, encoding="utf-8")
    return Patch(folder)


def _key(tensor: "torch.Tensor") -> str:
    from calque.values.weights import raw

    digest = hashlib.blake2b(f"{tensor.dtype}{tuple(tensor.shape)}".encode(), digest_size=12)
    digest.update(raw(tensor))
    return digest.hexdigest()


def _wrong(entry: Entry | Piece) -> str | None:
    if entry.kind == "module":
        return None if entry.facts.get("what") else "a module says what it is: facts['what']"
    if entry.kind == "packed":
        return None if entry.facts.get("bands") else "it does not say its bands"
    if entry.kind not in KINDS:
        return f"no kind '{entry.kind}'; there are: {', '.join([*KINDS, 'packed', 'module'])}"
    if set(entry.tensors) != set(KINDS[entry.kind]):
        return f"{entry.kind} has {', '.join(KINDS[entry.kind])}, not {', '.join(entry.tensors)}"
    return None


def _check(piece: Piece) -> None:
    from calque.values.weights import finite

    for name, tensor in piece.tensors.items():
        if not finite(tensor):
            raise BadValue(f"Patch: {piece.name} ({name}) holds numbers that are not finite")
    shapes = {name: tuple(tensor.shape) for name, tensor in piece.tensors.items()}
    shape, fits = piece.shape, True
    if piece.kind in ("dense", "whole"):
        fits = shapes["value"] == shape
    elif piece.kind == "low_rank":
        rank = shapes["scale"]
        fits = len(shape) == 2 and shapes["up"] + shapes["down"] == (
            shape[0],
            *rank,
            *rank,
            shape[1],
        )
    elif piece.kind in ("sparse", "rows"):
        places = piece.tensors["indices" if piece.kind == "sparse" else "ids"]
        count, rest = (piece.term.cells, ()) if piece.kind == "sparse" else (shape[0], shape[1:])
        fits = shapes["values"] == (len(places), *rest)
        if len(places):
            rising = bool((places[1:] > places[:-1]).all())
            fits = fits and rising and int(places[0]) >= 0 and int(places[-1]) < count
    if not fits:
        raise BadValue(
            f"Patch: {piece.name}: {piece.kind} of {shapes} is no difference of {list(shape)}; places "
            "rise and lie inside"
        )
