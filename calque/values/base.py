"""What all values share: frozen, checked once at construction, named by content, stored without pickle."""

import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa


class Value:
    """Base of the frozen dataclasses that flow between parts.

    A field holds a string, number, bool, None, a tuple or dict of those, a numpy array, a scipy
    CSR matrix, an Arrow table, or (in `Checkpoint`) a folder. `calque.values.store` saves and loads them.
    """

    def fingerprint(self) -> str:
        """32 hex digits that depend on the content alone, not on the place or time it was made."""
        digest = hashlib.blake2b(type(self).__name__.encode(), digest_size=16)
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            digest.update(field.name.encode())
            _feed(digest, getattr(self, field.name))
        return digest.hexdigest()


def fingerprint(thing: Any) -> str:
    """Name anything that may be an argument of a part by its content.

    Takes values, arrays, tables, numbers, strings, paths of files (by their bytes), parts (by their
    source) with settings filled in, and lists, tuples and dicts of those.
    """
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, thing)
    return digest.hexdigest()


def _feed(digest, thing: Any) -> None:
    if isinstance(thing, Value):
        digest.update(b"V" + thing.fingerprint().encode())
    elif isinstance(thing, np.ndarray):
        if thing.dtype.hasobject:
            raise TypeError("arrays of Python objects have no fingerprint")
        digest.update(f"A{thing.dtype.str}{thing.shape}".encode())
        digest.update(np.ascontiguousarray(thing).data)
    elif is_sparse(thing):
        csr = thing.tocsr()
        for array in (np.array(csr.shape), csr.indptr, csr.indices, csr.data):
            _feed(digest, np.asarray(array))
    elif isinstance(thing, pa.Table):
        digest.update(b"T" + str(thing.schema.remove_metadata()).encode())
        sink = _Hashing(digest)
        # one layout for equal content: chunk borders and slices must not show
        with pa.ipc.new_stream(pa.PythonFile(sink, "w"), thing.schema.remove_metadata()) as writer:
            for start in range(0, len(thing), 65536):
                piece = thing.slice(start, 65536).replace_schema_metadata(None)
                batch = pa.RecordBatch.from_arrays(
                    [_compact(column) for column in piece.columns], schema=piece.schema
                )
                writer.write_batch(batch)
    elif isinstance(thing, Path):
        digest.update(b"P")
        _feed_path(digest, thing)
    elif isinstance(thing, (list, tuple)):
        digest.update(f"L{len(thing)}".encode())
        for item in thing:
            _feed(digest, item)
    elif isinstance(thing, dict):
        digest.update(f"D{len(thing)}".encode())
        for key in sorted(thing, key=str):
            _feed(digest, key)
            _feed(digest, thing[key])
    elif isinstance(thing, (np.integer, np.floating, np.bool_)):
        _feed(digest, thing.item())
    elif thing is None or isinstance(thing, (str, int, float, bool)):
        digest.update(json.dumps(thing).encode() + type(thing).__name__.encode())
    elif hasattr(thing, "content_key"):  # a part with settings filled in
        digest.update(b"F" + thing.content_key().encode())
    else:
        raise TypeError(f"{type(thing).__name__} has no fingerprint")


def _compact(column: pa.ChunkedArray) -> pa.Array:
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return array.take(pa.array(np.arange(len(array)))) if array.offset or len(array) else array


def _feed_path(digest, path: Path) -> None:
    if path.is_dir():
        for child in sorted(path.rglob("*")):
            if child.is_file():
                digest.update(str(child.relative_to(path)).encode())
                _feed_path(digest, child)
    else:
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)


class _Hashing:
    """A writable file that feeds a digest."""

    closed = False

    def __init__(self, digest):
        self.digest = digest
        self.size = 0

    def write(self, data) -> int:
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def is_sparse(thing: Any) -> bool:
    """Whether it is a matrix of scipy, which is slow to import: where nobody has, there is none."""
    loaded = sys.modules.get("scipy.sparse")
    return loaded is not None and loaded.issparse(thing)
