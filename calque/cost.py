"""What work costs: seconds, memory at its peak, and what is given to translators."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import psutil

from calque import registry
from calque.workspace import replacing

Figures = TypeVar("Figures", float, dict[str, list[float]])

_TRANSLATES = "translator"
_open: ContextVar[dict[str, Any] | None] = ContextVar("calque_cost", default=None)


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Seconds and peak resident memory in MiB of what runs inside, and what `metered` parts add to these."""
    process = psutil.Process()
    cost: dict[str, Any] = {"seconds": 0.0, "peak_mib": process.memory_info().rss / 2**20}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            cost["peak_mib"] = max(cost["peak_mib"], process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    token = _open.set(cost)
    start = time.perf_counter()
    try:
        yield cost
    finally:
        _open.reset(token)
        stop.set()
        watcher.join()
        cost["seconds"] = round(time.perf_counter() - start, 3)
        cost["peak_mib"] = round(max(cost["peak_mib"], process.memory_info().rss / 2**20), 1)


def metered(name: str) -> Callable[..., Any]:
    """The part of this name; a translator adds to what is `measured` the characters that it is given and its seconds.

    A text that comes twice is translated once, and counts once. Answers that were remembered took no time.
    """
    part = registry.part(name)
    if registry.find(name).role != _TRANSLATES:
        return part

    def counted(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        view = part(*args, **kwargs)
        cost = _open.get()
        if cost is not None:
            given = sum(map(len, dict.fromkeys(view.original)))
            cost["characters"] = cost.get("characters", 0) + given
            seconds = cost.get("translating", 0.0) + time.perf_counter() - start
            cost["translating"] = round(seconds, 3)
        return view

    return counted


def once(path: Path, name: str, measure: Callable[[], Figures]) -> Figures:
    """Figures that another measuring would give otherwise: those kept in this file, else new ones."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if name not in known:
        known[name] = measure()
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return known[name]
