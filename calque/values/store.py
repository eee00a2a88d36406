"""Saves and loads what parts return: values, arrays, numbers, text, and lists and dicts of those. No pickle.

A thing becomes a folder with `thing.json` (the tree of what there is) beside the arrays (`.npz`),
tables (`.arrow`, memory-mapped when loaded) and model folders that the tree names.
"""

import dataclasses
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import calque.values as values
from calque.errors import BadFile
from calque.values.base import Value, is_sparse


def save(thing: Any, folder: Path, *, owned: Path | None = None) -> None:
    """Write `thing` below `folder`, which must be new or empty.

    owned: model folders below this one are moved in; others are only referred to, by path
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder, owned)
    tree = writer.tree(thing)
    if writer.arrays:
        np.savez(folder / "arrays.npz", allow_pickle=False, **writer.arrays)
    (folder / "thing.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Any:
    """Read what `save` wrote; BadFile when a model folder that it refers to is gone."""
    try:
        tree = json.loads((folder / "thing.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{folder}: no stored result here: {error}") from error
    return _Reader(folder).thing(tree)


def kind(folder: Path) -> str | None:
    """Name of the value that is stored, as "Table"; None for what is none. Reads next to nothing."""
    try:
        with (folder / "thing.json").open(encoding="utf-8") as file:
            begins = file.read(80)
    except OSError:
        return None
    found = re.match(r'\{"value": "(\w+)"', begins)
    return found[1] if found else None


class _Writer:
    def __init__(self, folder: Path, owned: Path | None):
        self.folder = folder
        self.owned = owned.resolve() if owned else None
        self.arrays: dict[str, np.ndarray] = {}
        self.files = 0

    def tree(self, thing: Any) -> Any:
        if thing is None or isinstance(thing, (bool, int, float, str)):
            return thing
        if isinstance(thing, (np.integer, np.floating, np.bool_)):
            return thing.item()
        if isinstance(thing, np.ndarray):
            return {"array": self.keep(thing)}
        if is_sparse(thing):
            csr = thing.tocsr()
            names = [self.keep(array) for array in (csr.data, csr.indices, csr.indptr)]
            return {"csr": names, "shape": np.array(csr.shape).tolist()}
        if isinstance(thing, pa.Table):
            return {"table": self.table(thing)}
        if isinstance(thing, Path):
            return {"path": self.path(thing)}
        if isinstance(thing, Value):
            fields = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing)}  # type: ignore[arg-type]
            return {"value": type(thing).__name__, "fields": self.fields(fields)}
        if isinstance(thing, (list, tuple)):
            return self.sequence(thing)
        if isinstance(thing, dict) and all(isinstance(key, str) for key in thing):
            return {"dict": {key: self.tree(item) for key, item in thing.items()}}
        raise TypeError(f"a part returned {type(thing).__name__}, which cannot be stored")

    def fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: self.tree(item) for name, item in fields.items()}

    def sequence(self, items: list | tuple) -> Any:
        kind = "tuple" if isinstance(items, tuple) else "list"
        if items and all(type(item) is type(items[0]) for item in items):
            if isinstance(items[0], np.ndarray) and _alike(items):
                return {"packed": self.pack(items), "kind": kind}
            if isinstance(items[0], Value) and not hasattr(items[0], "folder"):
                # by column: thousands of small values become a handful of arrays
                names = [field.name for field in dataclasses.fields(items[0])]  # type: ignore[arg-type]
                columns = {
                    name: self.tree([getattr(item, name) for item in items]) for name in names
                }
                return {"column": type(items[0]).__name__, "fields": columns, "kind": kind}
            if all(isinstance(item, (bool, int, float, str)) for item in items):
                return {kind: list(items)}
        return {kind: [self.tree(item) for item in items]}

    def keep(self, array: np.ndarray) -> str:
        if array.dtype.hasobject:
            raise TypeError("a part returned an array of Python objects, which cannot be stored")
        name = f"a{len(self.arrays)}"
        self.arrays[name] = array
        return name

    def pack(self, arrays: list[np.ndarray] | tuple[np.ndarray, ...]) -> list[str]:
        shapes = np.array([array.shape for array in arrays], dtype=np.int64)
        flat = np.concatenate([np.ravel(array) for array in arrays])
        return [self.keep(flat), self.keep(shapes.reshape(len(arrays), arrays[0].ndim))]

    def table(self, table: pa.Table) -> str:
        self.files += 1
        name = f"t{self.files}.arrow"
        with (
            pa.OSFile(str(self.folder / name), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as file,
        ):
            file.write_table(table, max_chunksize=65536)
        return name

    def path(self, path: Path) -> str:
        resolved = path.resolve()
        if self.owned is None or self.owned not in resolved.parents:
            return str(resolved)
        self.files += 1
        name = f"m{self.files}"
        shutil.move(resolved, self.folder / name)
        return f"./{name}"


def _alike(arrays: list | tuple) -> bool:
    return all(array.dtype == arrays[0].dtype and array.ndim == arrays[0].ndim for array in arrays)


class _Reader:
    def __init__(self, folder: Path):
        self.folder = folder
        self._arrays: Any = None

    def array(self, name: str) -> np.ndarray:
        if self._arrays is None:
            self._arrays = np.load(self.folder / "arrays.npz", allow_pickle=False)
        return self._arrays[name]

    def thing(self, tree: Any) -> Any:
        if not isinstance(tree, dict):
            return tree
        if "array" in tree:
            return self.array(tree["array"])
        if "csr" in tree:
            parts = tuple(self.array(name) for name in tree["csr"])
            from scipy import sparse

            return sparse.csr_matrix(parts, shape=tuple(tree["shape"]))
        if "table" in tree:
            source = pa.memory_map(str(self.folder / tree["table"]))
            return pa.ipc.open_file(source).read_all()
        if "path" in tree:
            name = tree["path"]
            return self.folder / name[2:] if name.startswith("./") else Path(name)
        if "value" in tree:
            fields = {name: self.thing(item) for name, item in tree["fields"].items()}
            return getattr(values, tree["value"])(**fields)
        if "packed" in tree:
            return self.sequence(self.unpack(*tree["packed"]), tree["kind"])
        if "column" in tree:
            columns = {name: self.thing(item) for name, item in tree["fields"].items()}
            make = getattr(values, tree["column"])
            rows = zip(*columns.values(), strict=True)
            return self.sequence(
                [make(**dict(zip(columns, row, strict=True))) for row in rows], tree["kind"]
            )
        if "dict" in tree:
            return {key: self.thing(item) for key, item in tree["dict"].items()}
        kind = "tuple" if "tuple" in tree else "list"
        return self.sequence([self.thing(item) for item in tree[kind]], kind)

    def unpack(self, flat: str, shapes: str) -> list[np.ndarray]:
        data, sizes = self.array(flat), self.array(shapes)
        ends = np.cumsum(sizes.prod(axis=1))
        return [
            data[end - int(np.prod(size)) : end].reshape(size)
            for end, size in zip(ends, sizes, strict=True)
        ]

    @staticmethod
    def sequence(items: list, kind: str) -> list | tuple:
        return tuple(items) if kind == "tuple" else items
