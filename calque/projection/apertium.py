"""Translation by Apertium, run as the program that it is.

Source: Forcada et al. 2011, "Apertium: a free/open-source platform for rule-based machine translation",
https://doi.org/10.1007/s10590-011-9090-0; the marks of words are those of its manual,
https://wiki.apertium.org/wiki/Apertium_stream_format
"""

import logging
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting, MissingExtra, UnknownName
from calque.languages import resolve
from calque.remembered import Remembered
from calque.roles import translator
from calque.translated import asked, one_line, view_of
from calque.values import Texts, View

log = logging.getLogger(__name__)

_WHERE = "projection.apertium"
_BATCH = 500  # lines of one process: it starts in a quarter of a second and does some 240 a second
_MARKED = re.compile(r"[*@#](?=\w)")
# a sign of the text must not look like a mark of the program; these, which no text may hold, pass unchanged
_SIGNS = {"*": "\ufdd0", "@": "\ufdd1", "#": "\ufdd2"}
_END = "\ufdd3"  # behind a full stop that ends a line, which its format for lines would eat
_HIDE = str.maketrans(_SIGNS)
_SHOW = str.maketrans({own: sign for sign, own in _SIGNS.items()} | {_END: ""})
_FILES = re.compile(r"'([^']+)'|(/\S+)")


@translator
def apertium(
    texts: Texts, *, pair: str, language: str = "", data: str = "", timeout: float = 600.0
) -> View:
    """Translate by rules and dictionaries: on a CPU, without weights or network, the same every time.

    Words that its dictionaries do not know stay as they are; column `unknown` counts those of each text.
    A line that the program cannot take (found by halving its batch) is empty, and column `trouble` says so.

    pair:     a direction as `apertium -l` lists it, such as "eng-spa"
    language: ISO 639-3 of the translations; what the pair's second half stands for where empty
    data:     folder that holds `modes/PAIR.mode`; the system's where empty
    timeout:  most seconds for 500 lines

    Needs the program: `apt-get install apertium apertium-eng-spa`, or `make apertium`.
    """
    program = shutil.which("apertium")
    if program is None:
        raise MissingExtra(
            f"{_WHERE}: no program 'apertium'; on Debian: apt-get install apertium apertium-{pair}"
        )
    if timeout <= 0:
        raise BadSetting(f"{_WHERE}: timeout must be above 0, got {timeout:g}")
    command = [program, "-f", "line", *(["-d", data] if data else []), pair]
    identity = _identity(command, pair, Path(data or "/usr/share/apertium"))
    ask = partial(_translated, command=command, timeout=timeout)
    answers, troubles = asked(texts, ask, Remembered("apertium", identity))
    unknown = np.array([len(_MARKED.findall(answer)) for answer in answers], dtype=np.int64)
    answers = [_MARKED.sub("", answer).translate(_SHOW) for answer in answers]
    _tell(texts, unknown)
    return view_of(
        _WHERE, texts, answers, language or _language(pair), troubles, unknown=pa.array(unknown)
    )


def _tell(texts: Texts, unknown: np.ndarray) -> None:
    words = sum(len(re.findall(r"\w+", text)) for text in texts)
    if words:
        shown = "%s: %d of %d words (%.1f %%) are in no dictionary and stay as they are"
        log.info(shown, _WHERE, unknown.sum(), words, 100 * unknown.sum() / words)


def _language(pair: str) -> str:
    try:
        return str(resolve(pair.partition("-")[2].split("_")[0]))
    except UnknownName:
        raise BadSetting(
            f"{_WHERE}: what language is the second of '{pair}'? say language"
        ) from None


def _identity(command: list[str], pair: str, data: Path) -> list:
    """What tells one translator from another: the pair's program, and size and time of the files it reads."""
    mode = data / "modes" / f"{pair}.mode"
    if not mode.is_file():
        listed = subprocess.run([command[0], *_folder(command), "-l"], capture_output=True)
        there = ", ".join(listed.stdout.decode("utf-8", "replace").split()) or "none"
        raise MissingExtra(
            f"{_WHERE}: no pair '{pair}' at {mode}; there are: {there}; on Debian, for others: "
            f"apt-get install apertium-{pair}"
        )
    text = mode.read_text(encoding="utf-8")
    files = [Path(one or other) for one, other in _FILES.findall(text)]
    stats = [[str(f), f.stat().st_size, f.stat().st_mtime_ns] for f in files if f.is_file()]
    return [pair, text, stats, _SIGNS, _END]


def _folder(command: list[str]) -> list[str]:
    return command[command.index("-d") :][:2] if "-d" in command else []


def _translated(
    lines: Sequence[str], command: list[str], timeout: float
) -> Iterator[tuple[int, str, str]]:
    """Batches of lines, each through a process of its own."""
    for start in range(0, len(lines), _BATCH):
        yield from _batch(lines, range(start, min(start + _BATCH, len(lines))), command, timeout)


def _batch(
    lines: Sequence[str], places: range, command: list[str], timeout: float
) -> Iterator[tuple[int, str, str]]:
    """Answers, for as many lines as there were; else both halves again, down to the line that is to blame."""
    found, trouble = _run([_hidden(lines[place]) for place in places], command, timeout)
    if not trouble:
        yield from ((place, answer, "") for place, answer in zip(places, found, strict=True))
    elif len(places) == 1:
        log.warning("%s: %s: %.80r", _WHERE, trouble, lines[places[0]])
        yield places[0], "", trouble
    else:
        middle = len(places) // 2
        for half in (places[:middle], places[middle:]):
            yield from _batch(lines, half, command, timeout)


def _hidden(line: str) -> str:
    return line.translate(_HIDE) + (_END if line.endswith(".") else "")


def _run(lines: list[str], command: list[str], timeout: float) -> tuple[list[str], str]:
    """What the program says to each line, or what went wrong."""
    given = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return [], f"no answer in {timeout:g} seconds"
    said = done.stdout.decode("utf-8", "replace").split("\n")
    said = said if said[-1] else said[:-1]  # what follows the last line end is no line
    if done.returncode:
        why = one_line(done.stderr.decode("utf-8", "replace"))[-200:]
        return [], f"{shlex.join(command[-1:])} stopped with {done.returncode}: {why}"
    if len(said) != len(lines):
        return [], f"{len(said)} lines for {len(lines)}"
    return [one_line(line) for line in said], ""
