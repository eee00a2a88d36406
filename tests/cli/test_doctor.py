"""`calque doctor`."""

import os
from importlib import metadata

from packaging.requirements import Requirement

from calque.cli import doctor


def test_it_tells_what_there_is(calque_command, tmp_path, monkeypatch):
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CALQUE_DATA", str(tmp_path))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "file").write_bytes(bytes(2048))
    answer = calque_command("doctor", "--json")
    facts = {fact["what"]: fact for fact in answer.json}
    assert facts["torch"]["found"] == metadata.version("torch")
    assert facts["torch"]["fine"] is True
    assert facts["cache"]["found"] == f"{tmp_path / 'home'}, 2 KiB"
    assert facts["data"]["found"] == str(tmp_path)
    assert {"python", "torch threads", "GPU", "model minilm", "free disk", "extra cluster"} <= set(
        facts
    )
    assert calque_command("doctor").rows[0]["what"] == "calque"


def test_a_missing_and_an_old_package_are_faults(calque_command, monkeypatch):
    versions = {"torch": "1.0", "rich": None}
    real = doctor.installed
    monkeypatch.setattr(doctor, "installed", lambda name: versions.get(name, real(name)))
    answer = calque_command("doctor", "--json")
    assert answer.code == 1
    facts = {fact["what"]: fact for fact in answer.json}
    assert facts["torch"]["fine"] is facts["rich"]["fine"] is False
    assert facts["torch"]["note"].startswith("needs >=2.4: pip install 'torch>=2.4'")
    assert facts["rich"]["found"] == "missing"


def test_a_missing_extra_is_no_fault(monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda name: None if name == "ray" else "99")
    extra = next(fact for fact in doctor.packages() if fact["what"] == "extra cluster")
    assert extra["fine"] is None
    assert extra["note"] == "without ray: pip install 'calque[cluster]'"


def test_requirements_of_an_installed_package_are_those_of_the_checkout(tmp_path, monkeypatch):
    from calque import registry

    needed, extras = doctor.requirements()
    texts = needed + [
        f'{text}; extra == "{name}"' for name, all_ in extras.items() for text in all_
    ]

    class Facts:
        def get_all(self, _name):
            return list(extras)

    monkeypatch.setattr(registry, "PACKAGE", tmp_path / "elsewhere")
    monkeypatch.setattr(metadata, "requires", lambda _name: texts)
    monkeypatch.setattr(metadata, "metadata", lambda _name: Facts())
    again, by_extra = doctor.requirements()
    assert [Requirement(text) for text in again] == [Requirement(text) for text in needed]
    assert {name: len(all_) for name, all_ in by_extra.items()} == {
        name: len(all_) for name, all_ in extras.items()
    }


def test_a_cache_that_cannot_be_written_is_a_fault(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "access", lambda *_: False)
    cache = next(fact for fact in doctor.places() if fact["what"] == "cache")
    assert cache["fine"] is False
    assert "set CALQUE_HOME" in cache["note"]


def test_little_disk_is_a_fault(monkeypatch):
    usage = doctor.shutil.disk_usage("/")._replace(free=5 * 2**20)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage)
    disk = next(fact for fact in doctor.places() if fact["what"] == "free disk")
    assert (disk["found"], disk["fine"]) == ("5 MiB", False)
