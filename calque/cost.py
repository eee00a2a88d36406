"""What work costs: seconds, and memory at its peak."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from calque.workspace import replacing


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


def once(path: Path, name: str, measure: Callable[[], float]) -> float:
    """A figure that another measuring would give otherwise: the one kept in this file, else a new one."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if name not in known:
        known[name] = measure()
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return known[name]
