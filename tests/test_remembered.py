"""Answers on disk: they outlast a kill, tell askers apart, and name a file that is broken."""

import os
import signal
import subprocess
import sys
import time

import pytest

from calque.errors import BadFile
from calque.remembered import Remembered


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path))


def test_what_was_kept_is_known_by_its_asker_alone():
    memory = Remembered("a", ["x", 1])
    assert memory.known(["one"]) == {}
    many = [(f"question {k}", f"answer {k} 🙂 \u202e\n") for k in range(1200)]
    assert list(memory.keep(many)) == many
    again = Remembered("a", ["x", 1])
    assert again.known([q for q, _ in many] + ["new"]) == dict(many)
    assert Remembered("a", ["x", 2]).known(["question 1"]) == {}
    assert Remembered("b", ["x", 1]).known(["question 1"]) == {}


def test_the_last_answer_counts():
    memory = Remembered("a", 0)
    list(memory.keep([("q", "old")]))
    list(memory.keep([("q", "new"), ("", "")]))
    assert memory.known(["q", ""]) == {"q": "new", "": ""}


def test_an_error_half_way_leaves_what_came_before():
    def failing():
        yield "one", "1"
        raise KeyboardInterrupt

    memory = Remembered("a", 0)
    with pytest.raises(KeyboardInterrupt):
        list(memory.keep(failing()))
    assert memory.known(["one"]) == {"one": "1"}


PROGRAM = """
import time
import calque.remembered as module
module._SECONDS = 0.0
def slow():
    for k in range(10**6):
        yield f"q{k}", str(k)
        time.sleep(0.002)
for _ in module.Remembered("killed", 0).keep(slow()):
    pass
"""


def test_a_killed_process_leaves_what_it_wrote():
    memory = Remembered("killed", 0)
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=os.environ) as process:
        while not memory.known(["q3"]) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert memory.known(["q0", "q3"]) == {"q0": "0", "q3": "3"}
    assert list(memory.keep([("q0", "again")])) == [("q0", "again")]


def test_a_broken_file_is_named():
    memory = Remembered("a", 0)
    memory.path.parent.mkdir(parents=True)
    memory.path.write_bytes(b"no data base at all, but long enough to be looked at" * 30)
    with pytest.raises(BadFile, match="remove it to ask everything anew"):
        memory.known(["q"])
