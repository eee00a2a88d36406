"""Steps that start from names of the hub are keyed by what the names stand for, in a cache made here."""

import json
import shutil
from pathlib import Path

import pytest

from calque import recipe, registry
from calque.commits import commit
from calque.keys import step_keys
from calque.run import with_inputs

TOY = registry.PACKAGE / "toy"
COMMITS = ("a" * 40, "b" * 40)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A cache in the hub's layout: refs/main names one of the snapshots."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    def put(repository: str, made: str, files: dict[str, str] | Path) -> None:
        folder = tmp_path / repository
        (folder / "refs").mkdir(parents=True, exist_ok=True)
        (folder / "refs" / "main").write_text(made)
        snapshot = folder / "snapshots" / made
        if isinstance(files, Path):
            shutil.copytree(files, snapshot)
            return
        snapshot.mkdir(parents=True)
        for name, text in files.items():
            (snapshot / name).write_text(text)

    return put


def keys(tmp_path, step):
    file = tmp_path / "it.yaml"
    file.write_text(
        f"steps: {{a: {step}, b: {{use: models.vocabulary, checkpoint: $a}}}}"
        if "models" in step
        else f"steps: {{a: {step}}}"
    )
    return step_keys(with_inputs(recipe.read(file), {}))


def test_the_commit_in_the_cache(hub):
    assert commit("org/name", "model") is None
    hub("models--org--name", COMMITS[0], {"config.json": "{}"})
    assert commit("org/name", "model") == COMMITS[0]
    assert commit("org/name", "dataset") is None


def test_a_model_of_the_hub_is_keyed_and_loaded_by_its_commit(hub, tmp_path, monkeypatch):
    step = "{use: models.load, name: org/name}"
    unknown = keys(tmp_path, step)
    found = []
    for made in COMMITS:
        hub("models--org--name", made, TOY / "tiny")
        found.append(keys(tmp_path, step))
        assert registry.part("models.load")("org/name").folder.name == made
        assert keys(tmp_path, step) == found[-1]
    assert len({key["a"] for key in [unknown, *found]}) == 3
    assert len({key["b"] for key in [unknown, *found]}) == 3


def test_a_model_that_is_not_there_yet_is_fetched_for_its_key(hub, tmp_path, monkeypatch):
    """The key must be the same before and after the first run, or it would all be done twice."""
    asked = []

    def download(name, *, revision, **settings):
        asked.append(revision)
        hub("models--org--name", COMMITS[0], TOY / "tiny")
        return str(tmp_path / "models--org--name" / "snapshots" / COMMITS[0])

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    step = "{use: models.load, name: org/name}"
    assert keys(tmp_path, step) == keys(tmp_path, step)
    assert asked == [None]


def test_a_data_set_of_the_hub_is_keyed_and_loaded_by_its_commit(hub, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    step = "{use: data.labelled, path: 'hf:org/name@test', task: class}"
    asked = []

    def load(name, config, *, split, revision):
        asked.append((name, config, split, revision))
        return datasets.Dataset.from_list([{"text": "a", "label": "b"}])

    monkeypatch.setattr(datasets, "load_dataset", load)
    found = []
    for made in COMMITS:
        hub("datasets--org--name", made, {"README.md": ""})
        found.append(keys(tmp_path, step)["a"])
    assert found[0] != found[1]
    assert asked == []
    registry.part("data.labelled")("hf:org/name@test", task="class")
    assert asked == [("org/name", None, "test", COMMITS[1])]


def test_a_data_set_in_a_folder_is_keyed_by_its_content(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    step = f"{{use: data.labelled, path: 'hf:{folder}', task: class}}"
    found = []
    for label in ("x", "y", "x"):
        (folder / "train.jsonl").write_text(json.dumps({"text": "a", "label": label}) + "\n")
        found.append(keys(tmp_path, step)["a"])
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize("name", ["./nowhere", "a/b/c", "~/set", ""])
def test_what_is_no_name_of_the_hub_has_no_commit(name):
    assert commit(name, "model") is None
