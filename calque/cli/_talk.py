"""How the command line talks: results to stdout, bars and log lines to stderr."""

import io
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calque import launched
from calque.progress import show_with

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def begin() -> None:
    """Show the log of calque on stderr, and bars where it is a terminal."""
    if not launched.first():  # of the processes of one launch, one speaks
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    bars = _Bars()
    log = logging.getLogger("calque")
    log.handlers = [_Lines(bars)]
    log.setLevel(logging.INFO if launched.first() else logging.ERROR)
    if sys.stderr.isatty():
        show_with(bars.show, bars.note)
    else:
        show_with(None)


def emit(thing: Any) -> None:
    """Print a result as JSON."""
    print(json.dumps(thing, indent=1, ensure_ascii=False, default=str))


def say(text: str) -> None:
    """Print a line that is no result."""
    if launched.first():
        print(text, file=sys.stderr)


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Print rows: drawn on a terminal, else separated by tabs with the names in the first line.

    What is drawn leaves columns out that are empty throughout.
    """
    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    if not sys.stdout.isatty():
        for line in [names, *cells]:
            print("\t".join(" ".join(text.split()) for text in line))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    filled = [any(line[k] for line in cells) for k in range(len(names))]
    for name in compress(names, filled):
        numbers = all(isinstance(row.get(name), (int, float)) for row in rows)
        drawn.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for line in cells:
        drawn.add_row(*(Text(text) for text in compress(line, filled)))
    Console().print(drawn)


def cell(thing: Any) -> str:
    """A value in a few characters."""
    if thing is None:
        return ""
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    if isinstance(thing, float):
        return f"{thing:.4g}"
    if isinstance(thing, (list, tuple)):
        return "[" + ", ".join(cell(item) for item in thing) + "]"
    if isinstance(thing, dict):
        return ", ".join(f"{name}: {cell(item)}" for name, item in thing.items())
    return str(thing)


class _Bars:
    """Draws one bar for each loop that is running, with the time left."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.running: list[TaskID] = []

    def show(self, items: Iterable, doing: str, total: int | None) -> Iterator:
        """Go through the items and draw how far it is."""
        progress = self.progress = self.progress or _drawn()
        progress.start()
        task = progress.add_task(doing, total=total, note="")
        self.running.append(task)
        try:
            for item in items:
                yield item
                progress.advance(task)
        finally:
            self.running.remove(task)
            progress.remove_task(task)
            if not self.running:
                progress.stop()

    def note(self, text: str) -> None:
        """Write a text beside the innermost bar."""
        if self.progress and self.running:
            self.progress.update(self.running[-1], note=text)


def _drawn() -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )


class _Lines(logging.Handler):
    """Writes log lines, above the bars where there are any."""

    def __init__(self, bars: _Bars):
        super().__init__()
        self.bars = bars

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        text = self.format(record)
        if record.levelno >= logging.WARNING:
            text = f"{record.levelname.lower()}: {text}"
        if self.bars.running and self.bars.progress:
            self.bars.progress.console.print(text, markup=False, highlight=False)
        else:
            say(text)
