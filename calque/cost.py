"""What work costs: seconds, and memory at its peak."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Seconds and peak resident memory in MiB of what runs inside."""
    process = psutil.Process()
    cost: dict[str, Any] = {"seconds": 0.0, "peak_mib": process.memory_info().rss / 2**20}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            cost["peak_mib"] = max(cost["peak_mib"], process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    start = time.perf_counter()
    try:
        yield cost
    finally:
        stop.set()
        watcher.join()
        cost["seconds"] = round(time.perf_counter() - start, 3)
        cost["peak_mib"] = round(max(cost["peak_mib"], process.memory_info().rss / 2**20), 1)
