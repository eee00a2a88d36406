"""A recipe in several processes: they train together, and everything else is done once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from calque import launched, registry

ROOT = Path(__file__).resolve().parent.parent


def test_which_process_this_is(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.delenv("RANK", raising=False)
    assert (launched.several(), launched.first()) == (False, True)
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    assert (launched.several(), launched.first()) == (True, False)
    monkeypatch.delenv("WORLD_SIZE")  # a rank that some other program left behind
    assert (launched.several(), launched.first()) == (False, True)


def test_which_parts_train():
    trains = {name for name in registry.parts() if registry.reaches(name, "models/train.py")}
    assert {"models.tune", "models.imitate", "models.masked"} <= trains
    assert not {"models.predict", "models.load", "models.sentences", "wordalign.ibm1"} & trains


@pytest.mark.slow
def test_a_transfer_in_two_processes(tmp_path):
    toy = registry.PACKAGE / "toy"
    home = tmp_path / "home"
    launch = [
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        "-m",
        "calque",
    ]
    words = ["transfer", "--task", "topic", "--source", "eng", "--target", "swh", "--json"]
    words += [f"--{name}={toy / name}.tsv" for name in ("train", "dev", "test")]
    words += [f"--model={toy / 'tiny'}", "--strategy=zero-shot", f"--out={tmp_path / 'run'}"]
    own = {"CALQUE_HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *launch, *words],
        env=os.environ | own | {"ACCELERATE_USE_CPU": "true"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["chosen"] == "zero-shot"  # printed by one
    steps = [line for line in done.stderr.splitlines() if line.startswith("step ")]
    assert "step model: models.tune" in steps
    assert len(steps) == len(set(steps))
    assert (tmp_path / "run" / "model" / "model.safetensors").is_file()
    assert not list((home / "steps").rglob("*.work"))
    assert not list((home / "steps").rglob("*.part"))
