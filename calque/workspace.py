"""Where work in progress lives: a folder that outlasts a kill, so that the same step goes on.

A recipe sets it for each step, named by the step's content; outside a recipe it is a fresh
temporary folder. What a step leaves here is removed once its result is safely stored.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_current: ContextVar[Path | None] = ContextVar("calque_workspace", default=None)


def home() -> Path:
    """Folder of caches: `$CALQUE_HOME`, else `~/.cache/calque`."""
    return Path(os.environ.get("CALQUE_HOME") or Path.home() / ".cache" / "calque")


@contextmanager
def working_in(folder: Path) -> Iterator[Path]:
    """Make `folder` the workspace of everything called inside."""
    folder.mkdir(parents=True, exist_ok=True)
    token = _current.set(folder)
    try:
        yield folder
    finally:
        _current.reset(token)


def kept(name: str) -> Path | None:
    """Path in the step's workspace for state that a killed run goes on from; None outside a step."""
    folder = _current.get()
    return None if folder is None else folder / name


def fresh(name: str) -> Path:
    """A new empty folder for a result, below the step's workspace or the system's temporary one."""
    folder = _current.get()
    if folder is not None:
        folder = folder / "result"
        folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"calque-{name}-", dir=folder))


@contextmanager
def replacing(path: Path, *, over: bool = True) -> Iterator[Path]:
    """Write a file or folder under a temporary name beside `path`, then rename it into place.

    Leaves what was at `path` untouched when the body fails; nothing half-written is ever seen.

    over: take the place of what is there by then; False leaves a folder alone that another process
          made meanwhile, where both hold the same
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{os.getpid()}.part"
    _remove(temporary)
    try:
        yield temporary
    except BaseException:
        _remove(temporary)
        raise
    if path.is_dir() and not over:
        _remove(temporary)
    elif path.is_dir():
        old = path.parent / f".{path.name}.{os.getpid()}.old"
        os.replace(path, old)
        os.replace(temporary, path)
        shutil.rmtree(old)
    else:
        os.replace(temporary, path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
