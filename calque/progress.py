"""Progress of long work: silent in the library, a bar with time left where the CLI asks for one."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Reporter = Callable[[Iterable, str, int | None], Iterable]

_reporter: ContextVar[Reporter | None] = ContextVar("calque_progress", default=None)
_note: ContextVar[Callable[[str], None] | None] = ContextVar("calque_note", default=None)


def track(items: Iterable[Item], doing: str, *, total: int | None = None) -> Iterator[Item]:
    """Yield the items; shows a bar called `doing` where a reporter is set (`show_with`).

    total: number of items, when they have no length
    """
    reporter = _reporter.get()
    if reporter is None:
        yield from items
        return
    if total is None and hasattr(items, "__len__"):
        total = len(items)  # type: ignore[arg-type]
    yield from reporter(items, doing, total)


def note(text: str) -> None:
    """Put a short text beside the running bar, for example the loss. Silent without a reporter."""
    writer = _note.get()
    if writer is not None:
        writer(text)


def show_with(reporter: Reporter | None, notes: Callable[[str], None] | None = None) -> None:
    """Set how bars are drawn from here on (the CLI does; None for silence)."""
    _reporter.set(reporter)
    _note.set(notes)
