"""What tests share: the real data sets where they are, one thread, an own cache folder."""

import gc
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import shelf

from calque import registry

# the same examples every time: a run that finds something new tells nothing of the change it tests.
# HYPOTHESIS_PROFILE=default draws new ones
hypothesis.settings.register_profile("calque", derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "calque"))

ROOT = Path(__file__).resolve().parent.parent

# half a million objects of torch and others stay to the end: a sixth of the time of importing them went into looking
# whether any of them is garbage. What comes later is looked at as ever
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later look for garbage."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: workers that take file after file then end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory):
    os.environ["CALQUE_HOME"] = str(tmp_path_factory.mktemp("home"))
    # results outside a recipe are the caller's and stay: here they go with pytest's own folders
    os.environ["TMPDIR"] = tempfile.tempdir = str(tmp_path_factory.mktemp("temporary"))
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """What a test of the command line does to calque's log must not reach the next test."""
    log = logging.getLogger("calque")
    before = log.level, log.handlers
    log.setLevel(logging.NOTSET)
    log.handlers = []
    yield
    log.setLevel(before[0])
    log.handlers = before[1]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets, or a skip that says how to give one."""
    folder = Path(os.environ.get("CALQUE_DATA") or ROOT / ".." / "shared" / "data").resolve()
    if not (folder / "README.md").is_file():
        pytest.skip(f"no data sets at {folder}; set CALQUE_DATA to their folder")
    return folder


@pytest.fixture
def letters(tmp_path, monkeypatch) -> Iterator[Path]:
    """A temporary package of a few parts and a recipe in place of what ships, with an own cache."""
    package, folder = registry.PACKAGE, shelf.build(tmp_path / "package")
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    shelf.use(folder)
    yield folder
    shelf.leave(package, folder)
