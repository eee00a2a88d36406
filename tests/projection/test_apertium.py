"""Apertium: the real program where it is, and scripted ones that go wrong in known ways."""

import logging
import os
import stat
import subprocess

import pytest

from calque.errors import BadSetting, MissingExtra
from calque.projection.apertium import apertium
from calque.recipe import read
from calque.run import run
from calque.values import Texts

PAIR = "eng-spa"


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))


@pytest.fixture
def real():
    try:
        apertium(Texts.of([]), pair=PAIR)
    except MissingExtra as error:
        pytest.skip(str(error))


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    """Puts a program called apertium in the place of the real one; gives the folder of its pairs."""

    def put(body):
        program = tmp_path / "bin" / "apertium"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        modes = tmp_path / "pairs" / "modes"
        modes.mkdir(parents=True, exist_ok=True)
        (modes / "eng-swh.mode").write_text("lt-proc 'none.bin'")
        return str(tmp_path / "pairs")

    return put


LOUD = 'printf x >> "$0.calls"; tr a-z A-Z'


def test_what_the_program_says(real):
    texts = ["The house is red.", "", "In front", "of the house zzzblorp.", "2 * 3 #x me@here"]
    view = apertium(Texts.of(texts, "eng"), pair=PAIR)
    said = list(view.rewritten)
    assert said[0] == "La casa es roja." and said[1] == ""
    assert said[3].endswith("casa zzzblorp.")
    assert view.rewritten.language == "spa"
    assert view.rewritten.table["unknown"].to_pylist()[:4] == [0, 0, 0, 1]
    assert all(sign in said[4] for sign in "*#@") and "\ufdd0" not in said[4]


def test_no_line_shifts_whatever_is_in_it(real):
    odd = ["[", "a [", "\\", "^a/b$", "{ } < >", "a\u2028b\u0085c\nd", "\x00", "~", "[[t:b:x]]word"]
    odd += ["dog .", "%", "\u200b", "שלום", "in front of", "x" * 3000, "the\\", "]"]
    texts = [part for sign in odd for part in (sign, "The house is red.")]
    said = list(apertium(Texts.of(texts, "eng"), pair=PAIR).rewritten)
    assert len(said) == len(texts)
    assert set(said[1::2]) == {"La casa es roja."}


def test_a_training_file_is_translated_and_projected(real, tmp_path):
    recipe = read("projection/translate-train")
    text = recipe.file.read_text()
    old = "{use: projection.translate_words, texts: $writing, lexicon: $words}"
    assert old in text
    own = tmp_path / "own.yaml"
    own.write_text(text.replace(old, "{use: projection.apertium, texts: $writing, pair: eng-spa}"))
    made = run(own, {"target": "spa"}, out=tmp_path / "run")
    assert len(made["projected"]) == len(made["examples"])
    assert made["projected"].language == "spa"
    every = [row for row in made["account"] if row["kind"] == "all"]
    kept = sum(row["share"] for row in every if row["outcome"] != "lost")
    assert kept > 0.8  # names stay as they are, so their places are easily found


def test_answers_are_kept(scripted, tmp_path):
    data, calls = scripted(LOUD), tmp_path / "bin" / "apertium.calls"
    texts = Texts.of(["a", "b", "a"], "eng")
    assert list(apertium(texts, pair="eng-swh", data=data).rewritten) == ["A", "B", "A"]
    assert calls.read_text() == "x"
    more = Texts.of(["b", "a"], "eng")
    assert list(apertium(more, pair="eng-swh", data=data).rewritten) == ["B", "A"]
    assert calls.read_text() == "x"
    (tmp_path / "pairs" / "modes" / "eng-swh.mode").write_text("lt-proc 'another.bin'")
    apertium(more, pair="eng-swh", data=data)
    assert calls.read_text() == "xx"


def test_marks_are_taken_off_and_counted(scripted, caplog):
    data = scripted("sed 's/^/*un @deux #trois 2 * 3 /'")
    with caplog.at_level(logging.INFO, logger="calque"):
        view = apertium(Texts.of(["one *two"], "eng"), pair="eng-swh", data=data)
    assert list(view.rewritten) == ["un deux trois 2 * 3 one *two"]
    assert view.rewritten.table["unknown"].to_pylist() == [3]
    assert "3 of 2 words" in caplog.text


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ('t=$(cat); case $t in *bad*) echo no >&2; exit 1;; esac; echo "$t"', "stopped with 1: no"),
        ("sed '/bad/p'", "2 lines for 1"),
        ("sed '/bad/d'", "0 lines for 1"),
        ("cat", "no answer in 9 seconds"),
    ],
)
def test_the_line_to_blame_is_found(scripted, caplog, monkeypatch, body, trouble):
    true = subprocess.run

    def run(command, *, input, **settings):
        if body == "cat" and b"bad" in input:
            raise subprocess.TimeoutExpired(command, settings["timeout"])
        return true(command, input=input, **settings)

    data = scripted(body)
    monkeypatch.setattr(subprocess, "run", run)
    texts = Texts.of(["a", "b", "bad", "c", "d"], "eng")
    view = apertium(texts, pair="eng-swh", data=data, timeout=9.0 if body == "cat" else 99.0)
    assert list(view.rewritten) == ["a", "b", "", "c", "d"]
    told = view.rewritten.table["trouble"].to_pylist()
    assert trouble in told[2] and not any(told[:2] + told[3:])
    assert "'bad'" in caplog.text


def test_what_is_missing_and_wrong(scripted, monkeypatch, tmp_path):
    data = scripted("echo '  eng-swh'")
    with pytest.raises(MissingExtra, match=r"no pair 'eng-fra' at .*; there are: eng-swh;"):
        apertium(Texts.of(["a"]), pair="eng-fra", data=data)
    with pytest.raises(BadSetting, match="timeout must be above 0"):
        apertium(Texts.of(["a"]), pair="eng-swh", data=data, timeout=0)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(MissingExtra, match="no program 'apertium'"):
        apertium(Texts.of(["a"]), pair="eng-swh", data=data)
