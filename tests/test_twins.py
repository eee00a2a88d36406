"""What is the same in two runs is made once, however they came by it."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from calque import recipe, twins
from calque.registry import PACKAGE
from calque.run import _place, run

RECIPE = """
inputs: {parallel: toy/eng-swh.tsv, base: toy/tiny, layer: 1}
steps:
  start: {use: models.load, name: $base}
  pairs: {use: data.bitext, path: $parallel, source: eng, target: swh}
  english: {use: data.side, bitext: $pairs, of: source}
  foreign: {use: data.side, bitext: $pairs, of: target}
  taught: {use: models.sentences, checkpoint: $start, texts: $english, layer: $layer}
  real: {use: models.sentences, checkpoint: $start, texts: $foreign, layer: $layer}
  student: {use: models.imitate, student: $start, texts: $english, vectors: $taught, loss: {use: distillation.sentence}}
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))
    (tmp_path / "known.yaml").write_text(RECIPE)
    pairs = (PACKAGE / "toy" / "eng-swh.tsv").read_text(encoding="utf-8").splitlines()
    other = [line.split("\t")[0] + "\tmengine " + str(k) for k, line in enumerate(pairs)]
    (tmp_path / "other.tsv").write_text("\n".join(other) + "\n", encoding="utf-8")
    (tmp_path / "spaced.tsv").write_text("\n".join(["", *pairs, ""]), encoding="utf-8")

    def of(parallel: str = "toy/eng-swh.tsv", **inputs):
        file = tmp_path / parallel
        inputs["parallel"] = str(file) if file.exists() else parallel
        return run(recipe.read(tmp_path / "known.yaml"), inputs, out=tmp_path / "run")

    return of


def test_the_same_side_of_another_bitext_is_encoded_once(made):
    first = made()
    taught = first["taught"].copy()
    second = made("other.tsv")
    assert second.keys["taught"] != first.keys["taught"]
    assert [name for name, cost in second.costs.items() if cost["cached"]] == [
        "start",
        "taught",
        "student",
    ]
    np.testing.assert_array_equal(second["taught"], taught)
    assert not np.array_equal(second["real"][:90], first["real"][:90])


def test_what_goes_in_otherwise_is_made_anew(made):
    first, second = made(), made("other.tsv", layer=0)
    assert not second.costs["taught"]["cached"]
    assert not np.array_equal(first["taught"], second["taught"])


def test_a_lent_result_costs_what_lending_costs_and_outlives_its_twin(made):
    first = made()
    place = _place(first.keys["student"])
    before = (place / "cost.json").read_text()
    second = made("spaced.tsv")
    assert second.keys["student"] != first.keys["student"] and second.costs["student"]["cached"]
    assert (place / "cost.json").read_text() == before
    assert second.costs["student"]["made"] == json.loads(before)
    for file in sorted(place.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    assert made("spaced.tsv")["student"].folder.is_dir()
    assert made().costs["student"]["cached"] and place.is_dir()


def test_a_twin_that_is_gone_is_made_again(made, tmp_path):
    first = made()
    for file in _place(first.keys["taught"]).iterdir():
        file.unlink()
    second = made("other.tsv")
    assert not second.costs["taught"]["cached"]
    np.testing.assert_array_equal(second["taught"], made()["taught"])


def test_files_are_copied_where_links_are_not_to_be_had(made, monkeypatch):
    def refuse(*_):
        raise OSError("no links here")

    first = made()
    monkeypatch.setattr(os, "link", refuse)
    second = made("other.tsv")
    assert second.costs["taught"]["cached"]
    np.testing.assert_array_equal(second["taught"], first["taught"])


def test_only_networks_are_looked_up(made):
    steps = {
        step.name: step for step in recipe.read(PACKAGE / "recipes/transfer/spelled.yaml").steps
    }
    assert twins.name_of(steps["links"], {"forward": [], "backward": []}) is None
    assert isinstance(twins.name_of(steps["taught"], {"texts": "x", "checkpoint": 1}), Path)
