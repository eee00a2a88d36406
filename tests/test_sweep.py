"""Sweeps: every combination, failures recorded, lost workers begun again."""

from pathlib import Path

import pytest
import shelf

from calque.errors import BadRecipe, BadSetting, MissingExtra
from calque.sweep import ATTEMPTS, sweep

FALL = '''
    import os
    import signal
    from pathlib import Path

    from calque.roles import part

    @part
    def fall(number: int, *, log: str, falls: int = 0) -> int:
        """Take the worker down the first few times."""
        with Path(log).open("a") as file:
            file.write(f"{number}\\n")
        if Path(log).read_text().split().count(str(number)) <= falls * (number == 2):
            os.kill(os.getpid(), signal.SIGKILL)
        return number
'''
RECIPE = """
inputs: {number: 1, falls: 0}
steps: {it: {use: letters.fall, number: $number, log: log.txt, falls: $falls}}
"""


@pytest.fixture
def workers(letters, tmp_path, monkeypatch):
    """Parts that workers see as well, and a recipe whose second case takes its worker down."""
    shelf.put(letters, "letters/fall.py", FALL)
    (tmp_path / "site").mkdir()
    monkeypatch.setenv("PYTHONPATH", shelf.children(letters, tmp_path / "site"))
    path = tmp_path / "fall.yaml"
    path.write_text(RECIPE)
    return path


def begun() -> dict[str, int]:
    words = Path("log.txt").read_text().split()
    return {word: words.count(word) for word in sorted(set(words))}


def test_every_combination_is_a_row(letters):
    table = sweep(
        "count", {"times": [1, 2], "file": ["toy/lines.txt", str(letters / "toy/lines.txt")]}
    )
    assert [row["times"] for row in table] == [1, 1, 2, 2]
    assert [row["total"] for row in table] == [13.0, 13.0, 23.0, 23.0]
    assert table.columns == [
        "times", "file", "lines", "more", "sizes", "total", "folder", "seconds", "error",
    ]  # fmt: skip
    assert all(Path(row["folder"], "results.json").is_file() for row in table)
    assert len({row["folder"] for row in table}) == 2, "the same content is the same run"


def test_the_other_inputs_hold_for_all(letters):
    table = sweep("count", {"times": [1]}, {"file": str(letters / "toy" / "lines.txt")})
    assert [row["total"] for row in table] == [13.0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failed_run_is_recorded_and_the_others_go_on(workers, jobs):
    table = sweep("count", {"times": [1, 0, 2]}, jobs=jobs)
    assert [row["error"] for row in table] == [
        None,
        "letters.repeat: times must be at least 1, got 0",
        None,
    ]
    assert [row.get("total") for row in table] == [13.0, None, 23.0]
    assert all(row["seconds"] > 0 for row in table)


def test_a_fault_of_ours_is_recorded_too(letters, tmp_path, caplog):
    (tmp_path / "it.yaml").write_text(
        "inputs: {text: x}\nsteps: {a: {use: letters.odd, text: $text}}"
    )
    (row,) = sweep(tmp_path / "it.yaml", {"text": ["y"]})
    assert row["error"] == "TypeError: a part returned object, which cannot be stored"
    assert "Traceback" in caplog.text


def test_a_lost_worker_s_run_is_begun_again(workers):
    table = sweep(workers, {"number": [1, 2, 3]}, {"falls": ATTEMPTS - 1}, jobs=2)
    assert [(row["number"], row["it"], row["error"]) for row in table] == [
        (1, 1, None),
        (2, 2, None),
        (3, 3, None),
    ]
    assert begun()["2"] == ATTEMPTS


def test_a_run_that_always_loses_its_worker_is_given_up(workers):
    table = sweep(workers, {"number": [1, 2]}, {"falls": 99}, jobs=2)
    assert [row.get("it") for row in table] == [1, None]
    assert [row["error"] for row in table] == [None, f"its worker was lost {ATTEMPTS} times"]
    assert begun()["2"] == ATTEMPTS


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (BadRecipe, "count has no input 'tims'; did you mean times", {"over": {"tims": [1]}}),
        (BadRecipe, "'times' must be int, got 'x'", {"over": {"times": [1, "x"]}}),
        (BadSetting, "no values for 'times'", {"over": {"times": []}}),
        (BadSetting, "on must be here or ray, got 'moon'", {"over": {}, "on": "moon"}),
        (BadSetting, "jobs must be at least 1", {"over": {}, "jobs": 0}),
    ],
)
def test_wrong_settings_are_refused_before_anything_runs(letters, error, message, arguments):
    with pytest.raises(error, match=message):
        sweep("count", **arguments)
    assert not Path("runs").exists()


def test_ray_is_an_extra(letters, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"pip install 'calque\[cluster\]'"):
        sweep("count", {"times": [1]}, on="ray")


@pytest.mark.cluster
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_on_a_real_ray(workers, monkeypatch):
    """Values, a failed run, a worker killed twice, and one that is always killed."""
    ray = pytest.importorskip("ray")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    table = sweep(workers, {"number": [1, 2]}, {"falls": ATTEMPTS - 1}, on="ray")
    assert [(row["it"], row["error"]) for row in table] == [(1, None), (2, None)]
    assert begun() == {"1": 1, "2": ATTEMPTS}
    assert not ray.is_initialized(), "a cluster that was started is stopped"
    ray.init(num_cpus=2, log_to_driver=False)
    try:
        table = sweep("count", {"times": [2, 0]}, on="ray")
        assert [row.get("total") for row in table] == [23.0, None]
        assert table.rows[1]["error"] == "letters.repeat: times must be at least 1, got 0"
        table = sweep(workers, {"number": [2, 3]}, {"falls": 99}, on="ray")
        assert [row.get("it") for row in table] == [None, 3]
        assert table.rows[0]["error"] == f"its worker was lost {ATTEMPTS} times"
        assert ray.is_initialized(), "a cluster that was there stays"
    finally:
        ray.shutdown()
