"""What work costs is measured while it runs."""

import time

import pytest

from calque.cost import measured


def test_seconds_and_the_peak_of_memory():
    with measured() as cost:
        before = cost["peak_mib"]
        block = bytearray(b"x" * (64 << 20))
        time.sleep(0.2)
        del block
    assert 0.2 <= cost["seconds"] < 5
    assert before + 60 <= cost["peak_mib"] < before + 300


def test_work_that_fails_is_measured_too():
    with pytest.raises(ZeroDivisionError), measured() as cost:
        time.sleep(0.01)
        1 / 0
    assert cost["seconds"] >= 0.01
