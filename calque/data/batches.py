"""Gathers rows into an Arrow table: in memory while it is small, else in a memory-mapped file."""

import shutil
import weakref
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from calque.workspace import fresh

ROWS = 8192
CHARACTERS = 8 << 20
SPILL = 64 << 20


class TableBuilder:
    """Takes rows one by one; `table()` gives them as a table that may be larger than memory.

    fields: type of each column by name, in order
    spill:  bytes above which the rows go to a file
    """

    def __init__(self, fields: dict[str, pa.DataType], *, spill: int = SPILL):
        self.schema = pa.schema(list(fields.items()))
        self.spill = spill
        self.size = 0
        self._rows: list[Sequence[Any]] = []
        self._weight = 0
        self._batches: list[pa.RecordBatch] = []
        self._file: _Spilled | None = None

    def add(self, row: Sequence[Any], weight: int) -> None:
        """Add a row, its items in the order of the fields; `weight` is about its characters."""
        self._rows.append(row)
        self._weight += weight
        if len(self._rows) >= ROWS or self._weight >= CHARACTERS:
            self._flush()

    def table(self) -> pa.Table:
        """Everything added, in order. Call it once, at the end."""
        self._flush()
        if self._file is not None:
            return self._file.table()
        return pa.Table.from_batches(self._batches, self.schema)

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [
            pa.array(column, field.type)
            for column, field in zip(zip(*self._rows, strict=True), self.schema, strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
        self._rows, self._weight = [], 0
        if self._file is None:
            self.size += batch.nbytes
            self._batches.append(batch)
            if self.size <= self.spill:
                return
            self._file = _Spilled(self.schema)
            waiting, self._batches = self._batches, []
            for earlier in waiting:
                self._file.write(earlier)
        else:
            self._file.write(batch)


class _Spilled:
    """Record batches in a file of the workspace."""

    def __init__(self, schema: pa.Schema):
        folder = fresh("table")
        # a mapping holds the rows until the last table that uses them is gone, so the name can go;
        # a system that cannot remove a mapped file keeps it in its temporary folder
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = str(folder / "rows.arrow")
        self._sink = pa.OSFile(self.path, "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def table(self) -> pa.Table:
        self._writer.close()
        self._sink.close()
        return pa.ipc.open_file(pa.memory_map(self.path)).read_all()
