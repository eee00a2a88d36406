"""Calls the command line inside the test's process."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from calque.cli.main import main
from calque.progress import show_with


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        """Of a table separated by tabs."""
        names, *lines = [line.split("\t") for line in self.out.splitlines()]
        return [dict(zip(names, line, strict=True)) for line in lines]


@pytest.fixture
def calque_command(capsys) -> Iterator[Callable[..., Answer]]:
    def call(*words: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        code = ended.value.code
        assert isinstance(code, int)
        return Answer(code, *capsys.readouterr())

    log = logging.getLogger("calque")
    handlers, level = log.handlers, log.level
    yield call
    log.handlers = handlers
    log.setLevel(level)
    show_with(None)
