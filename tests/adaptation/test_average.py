"""Means of weights: by hand, in every precision, from files cut differently, and what has no mean."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from calque.adaptation.average import average
from calque.errors import BadFile, BadSetting, BadValue
from calque.values import Checkpoint
from calque.values import weights as module


def a_model(folder, tensors, *, vocab=("a", "b"), files=1, **config):
    folder.mkdir()
    names = sorted(tensors)
    for number in range(files):
        part = {name: tensors[name] for name in names[number::files]}
        save_file(part, folder / f"model-{number}.safetensors", metadata={"format": "pt"})
    settings = {"architectures": ["Toy"], "id2label": {"0": "x", "1": "y"}} | config
    (folder / "config.json").write_text(json.dumps(settings))
    vocab = {piece: index for index, piece in enumerate(vocab)}
    (folder / "tokenizer.json").write_text(
        json.dumps({"model": {"vocab": vocab}, "for": str(folder)})
    )
    (folder / "more").mkdir()
    (folder / "more" / "note.txt").write_text(folder.name)
    return Checkpoint(folder)


def weights(checkpoint):
    return {name: t for path in checkpoint.weights for name, t in load_file(path).items()}


def test_by_hand(tmp_path):
    one = a_model(tmp_path / "one", {"w": torch.tensor([[1.0, 2.0]]), "n": torch.tensor([3])})
    two = a_model(tmp_path / "two", {"w": torch.tensor([[3.0, -4.0]]), "n": torch.tensor([3])})
    merged = average([one, two])
    assert torch.equal(weights(merged)["w"], torch.tensor([[2.0, -1.0]]))
    assert torch.equal(weights(merged)["n"], torch.tensor([3]))
    assert (merged.folder / "more" / "note.txt").read_text() == "one"
    assert (merged.folder / "tokenizer.json").read_bytes() == (
        one.folder / "tokenizer.json"
    ).read_bytes()


@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16])
def test_is_the_rounded_mean_of_exact_numbers(tmp_path, kind):
    generator = torch.Generator().manual_seed(0)
    tensors = [torch.randn(7, 5, generator=generator).to(kind) for _ in range(3)]
    models = [a_model(tmp_path / str(k), {"w": tensor}) for k, tensor in enumerate(tensors)]
    merged = weights(average(models))["w"]
    assert merged.dtype == kind
    for row in range(7):
        for column in range(5):
            exact = sum(Fraction(t[row, column].item()) for t in tensors) / 3
            nearest = torch.tensor(float(exact), dtype=torch.float64).to(kind)
            assert merged[row, column] == nearest


def test_files_cut_differently_and_tensors_larger_than_a_part(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CELLS", 10)
    generator = torch.Generator().manual_seed(0)
    shapes = {"a": (9, 4), "b": (3,), "c": (), "d": (2, 3, 4), "e": (0, 4), "f": (5, 0)}
    tensors = [
        {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
        for _ in range(2)
    ]
    models = [
        a_model(tmp_path / str(files), some, files=files)
        for files, some in zip((1, 3), tensors, strict=True)
    ]
    for order in (models, models[::-1]):
        merged = average(order)
        assert [path.name for path in merged.weights] == [path.name for path in order[0].weights]
        for name in shapes:
            expected = (tensors[0][name].double() + tensors[1][name].double()) / 2
            assert torch.equal(weights(merged)[name], expected.float()), name


def test_what_has_no_mean(tmp_path):
    ones = torch.ones(2, 3)
    base = a_model(tmp_path / "base", {"w": ones, "n": torch.tensor([1])})

    def refused(message, *args, **kwargs):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        with pytest.raises(BadValue, match=message) as caught:
            average([base, a_model(folder, *args, **kwargs)])
        assert str(base.folder) in str(caught.value) or "not finite" in message
        assert str(folder) in str(caught.value)

    count = torch.tensor([1])
    refused("lacks 1 of the tensors", {"w": ones})
    refused("lacks 1 of the tensors", {"w": ones, "n": count, "more": torch.zeros(1)})
    refused(r"w is \[2, 3\]", {"w": torch.ones(3, 3), "n": count})
    refused("n holds torch.int64 and differs", {"w": ones, "n": torch.tensor([2])})
    refused("'id2label' is", {"w": ones, "n": count}, id2label={"0": "y", "1": "x"})
    refused("'architectures' is", {"w": ones, "n": count}, architectures=["Other"])
    refused("the vocabularies of", {"w": ones, "n": count}, vocab=("b", "a"))
    refused("w is not finite", {"w": ones * torch.nan, "n": count})
    with pytest.raises(BadValue, match="no checkpoints given"):
        average([])


def test_weights(tmp_path):
    models = [a_model(tmp_path / str(k), {"w": torch.tensor([float(k)])}) for k in range(3)]
    assert weights(average(models, weights=[1, 2, 1]))["w"].tolist() == [1.0]
    assert weights(average(models, weights=[0, 0, 3]))["w"].tolist() == [2.0]
    assert weights(average(models, weights=[3, -1, 0]))["w"].tolist() == [-0.5]
    with pytest.raises(BadSetting, match="needs 3 finite weights"):
        average(models, weights=[1, 2])


def test_a_disk_that_is_too_small_is_said_first(tmp_path, monkeypatch):
    model = a_model(tmp_path / "one", {"w": torch.ones(1 << 19)})
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1 << 20}))
    with pytest.raises(BadFile, match="the result needs 2 MiB, 1 MiB are free"):
        average([model])


MEASURE = """
import sys, threading, time
from pathlib import Path
from calque.adaptation.average import average
from calque.values import Checkpoint, weights as module

module._CELLS = 1 << 14

def resident():
    for line in open("/proc/self/status"):
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024

average([Checkpoint(Path(sys.argv[1]))])
models = [Checkpoint(Path(name)) for name in sys.argv[2:]]
before, peak, done = resident(), [0], threading.Event()
def watch():
    while not done.is_set():
        peak[0] = max(peak[0], resident())
        time.sleep(0.001)
watcher = threading.Thread(target=watch)
watcher.start()
average(models)
done.set()
watcher.join()
print(peak[0] - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_memory_holds_parts_of_tensors_however_many_models_there_are(tmp_path):
    size = 4 * 4000 * 1000
    small = a_model(tmp_path / "small", {"w": torch.ones(2)})
    folders = [
        a_model(tmp_path / str(k), {n: torch.randn(2000, 1000) for n in "wv"}).folder
        for k in range(6)
    ]
    command = [sys.executable, "-c", MEASURE, str(small.folder), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < size / 2
