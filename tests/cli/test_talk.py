"""Results go to stdout and talk to stderr, in a form that fits who reads them."""

import io
import logging

import pytest

from calque.cli import _talk
from calque.progress import note, show_with, track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    log = logging.getLogger("calque")
    before = log.handlers, log.level
    yield screen
    log.handlers, log.level = before
    show_with(None)


def test_tables_are_separated_by_tabs_for_programs(capsys):
    _talk.table([{"a": 1.23456, "b": "x\ty"}, {"a": None, "c": [1, 2.0]}])
    assert capsys.readouterr().out == "a\tb\tc\n1.235\tx y\t\n\t\t[1, 2]\n"


def test_tables_are_drawn_for_people(terminal, monkeypatch):
    monkeypatch.setattr("sys.stdout", terminal)
    _talk.table([{"name": "[bold]x", "value": 0.5, "error": None}, {"name": "שלום", "value": True}])
    text = terminal.getvalue()
    assert "error" not in text, "nothing is in that column"
    assert "[bold]x" in text and "שלום" in text and "yes" in text and "─" in text


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (None, ""),
        (True, "yes"),
        (0.123456, "0.1235"),
        (3, "3"),
        ({"a": 0.5, "b": [1]}, "a: 0.5, b: [1]"),
        ("x", "x"),
    ],
)
def test_cells(thing, text):
    assert _talk.cell(thing) == text


def test_bars_with_log_lines_and_notes_on_a_terminal(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    _talk.begin()
    for _ in track(range(3), "outer"):
        for _ in track(iter("ab"), "inner", total=2):
            note("loss 0.5")
        logging.getLogger("calque.some").warning("look [here]")
    text = terminal.getvalue()
    assert "outer" in text and "0/3" in text
    assert text.count("warning: look [here]") == 3


def test_a_loop_that_is_left_early_takes_its_bar_along(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    _talk.begin()
    bars = logging.getLogger("calque").handlers[0].bars
    with pytest.raises(ZeroDivisionError):
        for _ in track(range(3), "outer"):
            1 / 0
    assert bars.running == []


def test_log_lines_without_a_terminal(capsys):
    _talk.begin()
    logging.getLogger("calque.some").info("step one")
    assert list(track([1, 2], "doing")) == [1, 2]
    assert capsys.readouterr() == ("", "step one\n")
    logging.getLogger("calque").handlers = []
