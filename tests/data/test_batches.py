import gc

import pyarrow as pa
import pytest

from calque.data import batches
from calque.data.batches import TableBuilder

FIELDS = {"text": pa.string(), "number": pa.int32()}


def build(rows, **settings):
    builder = TableBuilder(FIELDS, **settings)
    for row in rows:
        builder.add(row, len(row[0] or ""))
    return builder.table()


ROWS = [(f"text {number}", number) for number in range(100)] + [(None, None)]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(batches, "ROWS", 7)


def test_rows_come_out_in_order(small):
    table = build(ROWS)
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS
    assert table.schema == pa.schema(list(FIELDS.items()))


def test_no_rows_are_a_table_with_the_columns():
    assert build([]).column_names == ["text", "number"]


def test_many_bytes_go_to_a_file_that_vanishes_with_the_table(small, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "fresh", lambda name: tmp_path / "rows")
    (tmp_path / "rows").mkdir()
    table = build(ROWS, spill=200)
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert table["text"][99].as_py() == "text 99"


def test_mapped_rows_take_no_memory(small):
    before = pa.total_allocated_bytes()
    table = build(((f"{number:0100}", number) for number in range(5000)), spill=1000)
    assert len(table) == 5000
    assert pa.total_allocated_bytes() - before < 100_000


def test_long_texts_are_flushed_by_their_size(monkeypatch):
    monkeypatch.setattr(batches, "CHARACTERS", 100)
    table = build([("x" * 60, 1)] * 5)
    assert table["text"].num_chunks == 3
