"""Runs: steps cached by content, kills survived, receipts that replay."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import shelf
import yaml

import calque
from calque import recipe, registry
from calque.errors import BadFile, BadRecipe, BadSetting
from calque.keys import step_keys
from calque.run import _place, differences, reopen, run, with_inputs
from calque.summary import agrees, summary
from calque.values import Checkpoint, Links, Score, Texts, store

WAIT = """
inputs: {file: toy/lines.txt, log: log.txt, seconds: 0.0}
steps:
  lines: {use: letters.read, path: $file}
  first: {use: letters.wait, texts: $lines, log: first.txt}
  second: {use: letters.wait, texts: $first, log: $log, seconds: $seconds}
"""
# a process of its own that sees the small package and runs the recipe
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
import shelf
shelf.use(Path({package!r}))
from calque.run import run
print(run({recipe!r}, {inputs!r}).folder)
"""


def keys(inputs: dict | None = None, name: str = "count") -> dict[str, str]:
    registry.source_key.cache_clear()
    return step_keys(with_inputs(recipe.read(name), inputs or {}))


def start(package: Path, file: Path, **inputs) -> subprocess.Popen:
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    text = CHILD.format(paths=paths, package=str(package), recipe=str(file), inputs=inputs)
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def lines(path: str) -> list[str]:
    return Path(path).read_text().split() if Path(path).exists() else []


def until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_a_run_gives_results_and_leaves_a_folder(letters):
    made = run("count")
    assert list(made["more"]) == ["oneone", "א\u200bא\u200b", ""]
    assert made["sizes"] == [6, 4, 0]
    assert made["total"] == Score("total", 23.0, n=3)
    assert re.fullmatch("runs/count-[0-9a-f]{8}", str(made.folder))
    results = json.loads((made.folder / "results.json").read_text())
    assert results["results"] == {"lines": 3, "more": 3, "sizes": [6, 4, 0], "total": 23.0}
    assert results["recipe"] == "count"
    assert not any(cost["cached"] for cost in results["costs"].values())
    assert all(cost["seconds"] >= 0 < cost["peak_mib"] for cost in results["costs"].values())
    assert differences(made) == []
    with pytest.raises(BadSetting, match="run of count has no step 'totla'; it has: lines, more"):
        made["totla"]


def test_a_second_run_calls_and_loads_nothing(letters, monkeypatch):
    first = run("count")

    def refuse(*_args, **_kwargs):
        raise AssertionError("called again")

    monkeypatch.setattr(registry, "part", refuse)
    monkeypatch.setattr(store, "load", refuse)
    second = run("count")
    assert second.keys == first.keys
    assert all(cost["cached"] for cost in second.costs.values())
    assert second.summaries() == {"lines": 3, "more": 3, "sizes": [6, 4, 0], "total": 23.0}


def test_keys_follow_content(letters, tmp_path):
    before = keys()
    copy = tmp_path / "copy.txt"
    shutil.copy(letters / "toy" / "lines.txt", copy)
    assert keys({"file": str(copy)}) == before, "the place and time of a file must not count"
    copy.write_text("one\nother\n")
    changed = keys({"file": str(copy)})
    assert not set(changed.values()) & set(before.values())


def test_a_setting_changes_what_comes_after_it_alone(letters):
    before, after = keys(), keys({"times": 3})
    assert [name for name in before if before[name] == after[name]] == ["lines"]


def test_a_part_changes_what_comes_after_it_alone(letters):
    before = keys()
    source = letters / "letters" / "size.py"
    shelf.put(letters, "letters/size.py", source.read_text() + "\n# changed\n")
    after = keys()
    assert [name for name in before if before[name] == after[name]] == ["lines", "more"]
    twice = letters / "letters" / "twice.py"
    shelf.put(letters, "letters/twice.py", twice.read_text().replace("2 *", "3 *"))
    last = keys()
    assert [name for name in last if after[name] == last[name]] == ["lines", "more", "sizes"]
    assert run("count")["total"].value == 3 * 10 + 3


def test_a_setting_of_a_part_filled_in_changes_the_key(letters, tmp_path):
    text = (letters / "recipes" / "letters" / "count.yaml").read_text()
    (tmp_path / "count.yaml").write_text(text.replace("plus: 1", "plus: 2"))
    before, after = keys(), keys(name=str(tmp_path / "count.yaml"))
    assert [name for name in before if before[name] != after[name]] == ["total"]


def test_a_text_that_looks_like_a_reference_is_a_text(letters, tmp_path):
    (tmp_path / "it.yaml").write_text(
        "inputs: {mark: x}\n"
        "steps:\n"
        "  lines: {use: letters.read, path: toy/lines.txt}\n"
        "  more: {use: letters.repeat, texts: $lines, mark: $mark, times: 1}\n"
    )
    for mark in ("$5", "$lines", "$"):
        made = run(tmp_path / "it.yaml", {"mark": mark})
        assert list(made["more"]) == [f"one{mark}", f"א\u200b{mark}", mark]


def test_values_and_paths_can_be_given(letters, tmp_path):
    (tmp_path / "it.yaml").write_text(
        "inputs: {texts: null}\nsteps: {more: {use: letters.repeat, texts: $texts}}"
    )
    made = run(tmp_path / "it.yaml", {"texts": Texts.of(["ab"])})
    assert list(made["more"]) == ["abab"]
    assert "<Texts " in (made.folder / "receipt.yaml").read_text()
    with pytest.raises(BadRecipe, match="takes Path as 'path', but what is given is Texts"):
        run("count", {"file": Texts.of(["ab"])})


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"tmies": 3}, r"count has no input 'tmies'; did you mean times\?; it has: file, times"),
        ({"times": "many"}, "count.yaml, step 'more': .*'times' must be int, got 'many'"),
    ],
)
def test_wrong_inputs_are_refused_before_anything_runs(letters, inputs, message):
    with pytest.raises(BadRecipe, match=message):
        run("count", inputs)
    assert not Path("runs").exists()


def test_a_missing_file_is_named_with_its_step(letters):
    with pytest.raises(BadFile, match=r"nowhere\.txt: no such file or folder") as caught:
        run("count", {"file": "nowhere.txt"})
    assert caught.value.__notes__ == ["step 'lines' of count"]


def test_runs_that_differ_anywhere_have_folders_of_their_own(letters, tmp_path):
    (tmp_path / "it.yaml").write_text(
        "inputs: {n: 1}\nsteps: {a: {use: letters.twice, number: $n}, "
        "b: {use: letters.twice, number: 5}}"
    )
    assert run(tmp_path / "it.yaml").folder != run(tmp_path / "it.yaml", {"n": 2}).folder


def test_a_folder_is_opened_again(letters, tmp_path):
    made = run("count")
    again = reopen(made.folder)
    assert (again.keys, again.costs) == (made.keys, made.costs)
    assert again["total"] == made["total"]
    shutil.rmtree(tmp_path / "home")
    with pytest.raises(BadFile, match="no stored result"):
        reopen(made.folder)["total"]
    with pytest.raises(BadFile, match=r"no receipt\.yaml; is this the folder of a run"):
        reopen(tmp_path)
    shutil.copy(letters / "recipes" / "letters" / "count.yaml", tmp_path / "receipt.yaml")
    with pytest.raises(BadFile, match="it is a recipe that was not run"):
        reopen(tmp_path)


def test_an_error_of_a_part_names_its_step(letters):
    with pytest.raises(BadSetting, match="times must be at least 1, got 0") as caught:
        run("count", {"times": 0})
    assert caught.value.__notes__ == ["step 'more' of count"]


def test_a_run_that_fails_leaves_no_empty_folder_and_takes_none_away(letters, tmp_path):
    with pytest.raises(BadSetting):
        run("count", {"times": 0}, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()
    for name in ("empty", "full"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    for name in ("empty", "full"):
        with pytest.raises(BadSetting):
            run("count", {"times": 0}, out=tmp_path / name)
        assert (tmp_path / name).is_dir()
    assert (tmp_path / "full" / "note.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{use: letters.twice, each: [number], number: 3}", "'number', which is int, not a list"),
        ("{use: letters.twice, each: [number], number: ab}", "'number', which is str, not a list"),
        (
            "{use: letters.twice, each: [number, plus], number: [1, 2], plus: [1]}",
            r"lists of different length \(number: 2, plus: 1\)",
        ),
    ],
)
def test_each_walks_lists_of_one_length(letters, tmp_path, step, message):
    (tmp_path / "it.yaml").write_text(f"steps: {{a: {step}}}")
    with pytest.raises(BadRecipe, match=message):
        run(tmp_path / "it.yaml")


def test_what_cannot_be_stored_leaves_nothing(letters, tmp_path):
    (tmp_path / "it.yaml").write_text("steps: {a: {use: letters.odd, text: x}}")
    with pytest.raises(TypeError, match="returned object, which cannot be stored") as caught:
        run(tmp_path / "it.yaml")
    assert caught.value.__notes__ == ["step 'a' of it"]
    assert list((tmp_path / "home" / "steps").rglob("*.json")) == []
    assert list((tmp_path / "home" / "steps").rglob("*.part")) == []


def test_a_receipt_replays_the_run(letters, tmp_path):
    shutil.copy(letters / "toy" / "lines.txt", tmp_path / "mine.txt")
    first = run("count", {"file": tmp_path / "mine.txt", "times": 3}, out=tmp_path / "first")
    again = run(first.folder / "receipt.yaml", out=tmp_path / "second")
    assert again.keys == first.keys
    assert all(cost["cached"] for cost in again.costs.values())
    facts = yaml.safe_load((again.folder / "receipt.yaml").read_text())["receipt"]
    assert facts["calque"] == calque.__version__
    assert facts["keys"] == first.keys


@pytest.mark.parametrize("end", ["kill", "interrupt"])
def test_a_killed_run_goes_on(letters, tmp_path, end):
    file = tmp_path / "it.yaml"
    file.write_text(WAIT)
    child = start(letters, file, seconds=600.0)
    until(lambda: lines("log.txt"))
    child.send_signal(signal.SIGKILL if end == "kill" else signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode != 0
    assert not Path("runs").exists() or not list(Path("runs").rglob("results.json"))
    for path in (tmp_path / "home" / "steps").rglob("begun"):
        (path.parent / "hurry").touch()
    made = run(file, {"seconds": 600.0})
    assert lines("first.txt") == ["first"], "a finished step must not be done again"
    assert lines("log.txt") == ["first", "again"], "the step that was cut must see its own work"
    assert [cost["cached"] for cost in made.costs.values()] == [True, True, False]
    assert list(made["second"]) == ["one", "א\u200b", ""]
    assert not list((tmp_path / "home" / "steps").rglob("*.work"))


def test_what_a_killed_process_left_half_written_is_swept(letters, tmp_path):
    place = _place(keys()["lines"])
    left = place.with_name(f".{place.name}.999999.part")
    left.mkdir(parents=True)
    (left / "thing.json").write_text("{")
    run("count")
    assert not left.exists()


@pytest.mark.parametrize("broken", ["nothing", "model"])
def test_a_step_whose_result_is_gone_is_made_again(letters, tmp_path, broken):
    """A folder without a result, and a result that refers to a model folder that was removed."""
    place = _place(keys()["more"])
    place.mkdir(parents=True)
    if broken == "model":
        (place / "thing.json").write_text(
            '{"value": "Checkpoint", "fields": {"folder": {"path": "/no"}}}'
        )
        (place / "cost.json").write_text("{}")
    made = run("count")
    assert not made.costs["more"]["cached"]
    assert made["total"].value == 23


def test_two_processes_share_the_work(letters, tmp_path):
    file = tmp_path / "it.yaml"
    file.write_text(WAIT)
    children = [start(letters, file, seconds=0.5) for _ in range(2)]
    for child in children:
        _, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors
    assert lines("first.txt") == ["first"]
    assert lines("log.txt") == ["first"]
    made = run(file, {"seconds": 0.5})
    assert all(cost["cached"] for cost in made.costs.values())


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A cache folder on a disk of 1 MiB, where that may be mounted."""
    home = tmp_path / "small"
    home.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    monkeypatch.setenv("CALQUE_HOME", str(home))
    yield home
    subprocess.run(["umount", "--lazy", str(home)], check=True)  # tables are still mapped


def _says_that_the_disk_is_full(home: Path) -> None:
    with pytest.raises(
        BadFile, match=r"^step 'more' of count: no space left on the disk"
    ) as caught:
        run("count", {"times": 300_000})
    assert "\n" not in str(caught.value)
    assert str(home) in str(caught.value)
    assert not list((home / "steps").rglob("*.part"))
    assert _place(keys({"times": 300_000})["lines"]).is_dir(), "finished steps stay"
    assert not _place(keys({"times": 300_000})["more"]).exists()


def test_a_full_disk_is_one_clear_line(letters, small_disk):
    _says_that_the_disk_is_full(small_disk)
    assert run("count")["total"].value == 23


def test_a_full_disk_as_the_system_says_it(letters, tmp_path, monkeypatch):
    save = store.save

    def full(value, folder, **settings):
        save(value, folder, **settings)
        if sum(len(text) for text in value) > 1000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))

    monkeypatch.setattr(store, "save", full)
    _says_that_the_disk_is_full(tmp_path / "home")


def test_folders_that_cannot_be_made(letters, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadFile, match=r"file: cannot be made \(File exists\); give another folder"):
        run("count", out=tmp_path / "file")
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "file"))
    with pytest.raises(BadFile, match="set CALQUE_HOME to a folder of yours"):
        run("count")


def test_a_model_that_a_part_made_is_moved_into_the_cache(letters, tmp_path):
    shelf.put(
        letters,
        "letters/train.py",
        '''
        from calque.roles import part
        from calque.values import Checkpoint
        from calque.workspace import fresh

        @part
        def train(*, seed: int = 0) -> Checkpoint:
            """Make a model folder."""
            folder = fresh("model")
            (folder / "config.json").write_text("{}")
            (folder / "model.safetensors").write_text(str(seed))
            return Checkpoint(folder)
        ''',
    )
    (tmp_path / "it.yaml").write_text("steps: {model: {use: letters.train}}")
    made = run(tmp_path / "it.yaml")
    folder = made["model"].folder
    assert folder.parent == _place(made.keys["model"])
    assert made.summaries() == {"model": str(folder)}
    assert run(tmp_path / "it.yaml").costs["model"]["cached"]
    home = tmp_path / "moved"
    shutil.move(tmp_path / "home", home)
    os.environ["CALQUE_HOME"] = str(home)  # the fixture restores it
    assert run(tmp_path / "it.yaml").summaries()["model"].startswith(str(home))


def test_summaries(tmp_path):
    import numpy as np

    links = Links(np.array([[0, 0], [1, 1]]), (2, 2))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_text("")
    assert summary([links, links]) == 4
    assert summary((Texts.of(["a"]), {"x": Score("f", 0.5)})) == [1, {"x": 0.5}]
    assert summary([0.5, Score("f", 0.25)]) == [0.5, 0.25]
    assert summary([0.5] * 21) == 21
    assert summary([]) == 0
    assert summary(np.float32(0.5)) == summary(np.array(0.5)) == 0.5
    assert summary(np.zeros((3, 2))) == 3
    assert summary(None) is None
    assert summary(Checkpoint(tmp_path)) == str(tmp_path)


@pytest.mark.parametrize(
    ("found", "wanted", "right"),
    [
        (3, 3, True),
        (3, 4, False),
        (0.3 + 1e-9, 0.3, True),
        (0.3001, 0.3, False),
        (0.5, [0.5, 0.6], True),
        (0.7, [0.5, 0.6], False),
        ([1, 2], [1, 2], True),
        ([1, 3], [1, 2], False),
        ([0.02, 0.5], [[0.0, 0.1], [0.4, 0.6]], True),
        ([0.02, 0.7], [[0.0, 0.1], [0.4, 0.6]], False),
        ([0.3 + 1e-9, 2], [0.3, 2], True),
        ([0.3], [0.3, 0.4], False),
        (None, [1, 2], False),
        ({"a": 0.5, "b": 1}, {"a": [0.4, 0.6]}, True),
        ({"b": 1}, {"a": 1}, False),
        (True, 1.0, True),
    ],
)
def test_what_agrees_with_what_is_expected(found, wanted, right):
    assert agrees(found, wanted) is right


def test_differences_are_named(letters, tmp_path):
    text = (letters / "recipes" / "letters" / "count.yaml").read_text()
    (tmp_path / "count.yaml").write_text(text.replace("more: 3", "more: 4"))
    assert differences(run(tmp_path / "count.yaml")) == ["count: 'more' is 3, expected 4"]


def test_the_package_keeps_its_functions(letters):
    assert calque.run is run
    assert calque.part is registry.part
    with pytest.raises(AttributeError, match="no attribute 'rnu'"):
        calque.rnu
