"""Columns of a table as named numbers."""

import pytest

from calque.errors import BadValue
from calque.evaluation.figures import figures
from calque.values import Table

TABLE = Table(({"method": "a", "bits": 1.5, "n": 2}, {"method": "b", "bits": 2.5, "n": 3}))


def test_named_by_row_and_column():
    assert figures(TABLE, columns=["bits"]) == {"a": {"bits": 1.5}, "b": {"bits": 2.5}}
    assert figures(TABLE, by="n", columns=["bits"]) == {"2": {"bits": 1.5}, "3": {"bits": 2.5}}
    assert figures(Table(())) == {}


def test_what_makes_no_sense_is_told():
    with pytest.raises(BadValue, match="no column 'value'; there are: method, bits, n"):
        figures(TABLE)
    with pytest.raises(BadValue, match="two rows are 'a' in the column 'method'"):
        figures(Table((*TABLE.rows, {"method": "a", "bits": 0.0})), columns=["bits"])
