"""What work costs is measured while it runs."""

import mmap
import time

import pytest

from calque.cost import measured, once


def test_seconds_and_the_peak_of_memory():
    with measured() as cost:
        before = cost["peak_mib"]
        with mmap.mmap(-1, 64 << 20) as block:  # pages that no earlier test has left behind
            block.write(b"x" * (64 << 20))
            time.sleep(0.2)
    assert 0.2 <= cost["seconds"] < 5
    assert before + 60 <= cost["peak_mib"] < before + 300


def test_work_that_fails_is_measured_too():
    with pytest.raises(ZeroDivisionError), measured() as cost:
        time.sleep(0.01)
        1 / 0
    assert cost["seconds"] >= 0.01


def test_a_figure_is_measured_once(tmp_path):
    given = iter([1.5, 2.5, 3.5])
    path = tmp_path / "latency.json"
    assert once(path, "a", lambda: next(given)) == 1.5
    assert once(path, "b", lambda: next(given)) == 2.5
    assert once(path, "a", lambda: next(given)) == 1.5
    assert next(given) == 3.5
