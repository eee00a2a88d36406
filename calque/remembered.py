"""Answers that cost time or money, on disk by what was asked: a killed run goes on, nothing is asked twice.

One SQLite file per asker below `$CALQUE_HOME/translations`. It outlasts the step that filled it, so
another recipe, or the same one with other settings further on, finds what is known.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from calque.errors import BadFile
from calque.workspace import home

_ASKED = 500  # keys of a query; SQLite takes 999 at least
_SECONDS = 2.0  # of answers that a kill may cost
_WAIT = 60.0  # seconds for another process that writes
_anew: ContextVar[bool] = ContextVar("calque_anew", default=False)


@contextmanager
def asking_anew() -> Iterator[None]:
    """Ask for everything inside, and keep nothing of it: for measuring what asking takes."""
    token = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(token)


class Remembered:
    """What one asker has answered.

    name:     first part of the file's name
    identity: everything that changes an answer: program, version, model, instruction
    """

    def __init__(self, name: str, identity: Any):
        text = json.dumps(identity, sort_keys=True, ensure_ascii=False)
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        self.path: Path = home() / "translations" / f"{name}-{digest}.sqlite"

    def known(self, questions: Iterable[str]) -> dict[str, str]:
        """The answers that are there, by question."""
        if _anew.get() or not self.path.is_file():
            return {}
        keys = {_key(question): question for question in questions}
        found: dict[str, str] = {}
        with self._open() as base:
            listed = list(keys)
            for start in range(0, len(listed), _ASKED):
                some = listed[start : start + _ASKED]
                marks = ",".join("?" * len(some))
                rows = base.execute(f"SELECT key, answer FROM answers WHERE key IN ({marks})", some)
                found |= {keys[key]: answer for key, answer in rows}
        return found

    def keep(self, answers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Hand on (question, answer) as they come; they are on disk seconds later, whatever happens next."""
        waiting: list[tuple[bytes, str]] = []
        last = time.monotonic()
        try:
            for question, answer in answers:
                waiting.append((_key(question), answer))
                if time.monotonic() - last > _SECONDS:
                    self._write(waiting)
                    waiting, last = [], time.monotonic()
                yield question, answer
        finally:
            self._write(waiting)

    def _write(self, rows: list[tuple[bytes, str]]) -> None:
        if not rows or _anew.get():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as base, base:
            base.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT)) as base:
                base.execute(
                    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer TEXT) WITHOUT ROWID"
                )
                yield base
        except sqlite3.DatabaseError as error:
            raise BadFile(f"{self.path}: {error}; remove it to ask everything anew") from error


def _key(question: str) -> bytes:
    return hashlib.blake2b(question.encode("utf-8", "surrogatepass"), digest_size=16).digest()
