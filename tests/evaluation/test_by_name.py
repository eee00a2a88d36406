"""Tables below each other."""

import pytest

from calque.errors import BadValue
from calque.evaluation.by_name import by_name
from calque.values import Table


def test_rows_are_named_and_keep_their_order():
    made = by_name(
        {"b": Table(({"bits": 1.0}, {"bits": 2.0})), "a": Table(({"n": 3},)), "c": Table(())}
    )
    assert list(made) == [
        {"method": "b", "bits": 1.0}, {"method": "b", "bits": 2.0}, {"method": "a", "n": 3}
    ]  # fmt: skip
    assert by_name({"x": Table(({"n": 1},))}, column="init").columns == ["init", "n"]


def test_what_makes_no_sense_is_told():
    with pytest.raises(BadValue, match="no tables"):
        by_name({})
    with pytest.raises(BadValue, match="the table of 'x' has a column 'method' already"):
        by_name({"x": Table(({"method": 1},))})
