"""Merging, averaging, sums of LoRAs, the choice of sparse places, and steps of training: seconds and memory beside peers'.

    python -m benchmarks.adaptation [ties averaging lora-sum selection loop frozen] [--peer FOLDER] [--json]

Models of 106 M parameters with drawn weights are made in a temporary folder (6 GB). --peer names a virtual environment
with mergekit (`python -m venv FOLDER; FOLDER/bin/pip install mergekit`), which is LGPL and only run; without it TIES
stands alone. Each measurement of memory is a process of its own, one thread each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import training_steps

SECTIONS = ("ties", "averaging", "lora-sum", "selection", "loop", "frozen")
WIDTH, LAYERS, PIECES, INNER = 768, 12, 27500, 2048
DENSITY, SNAPSHOTS, RANK, NUMBERS, SHARE = 0.2, 10, 16, 20_000_000, 0.08

_MEASURED = """
import json, sys, threading, time
from pathlib import Path
{imports}


def field(name):
    return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith(name))


def watch():
    while not done.wait(0.02):
        own[0] = max(own[0], field('RssAnon'))


own, done, before = [0], threading.Event(), field('RssAnon')
threading.Thread(target=watch, daemon=True).start()
start, used = time.perf_counter(), time.process_time()
{work}
facts = {{'seconds': time.perf_counter() - start, 'processor seconds': time.process_time() - used}}
done.set()
facts = {{name: round(value, 2) for name, value in facts.items()}}
sizes = {{'work MiB': own[0] - before, 'own MiB': own[0], 'with mapped files MiB': field('VmHWM')}}
print(json.dumps(facts | {{name: round(size / 1024) for name, size in sizes.items()}}))
"""
_TIES = (
    "from calque.adaptation.ties import ties\nfrom calque.values import Checkpoint",
    "base, *models = [Checkpoint(Path(name)) for name in sys.argv[1:]]\nties(models, base, density={density})",
)
_AVERAGE = (
    "from calque.adaptation.average import average\nfrom calque.values import Checkpoint",
    "average([Checkpoint(Path(name)) for name in sys.argv[1:]])",
)
_PEER = (
    "from mergekit.scripts.run_yaml import main",
    "try:\n    main({call})\nexcept SystemExit as end:\n    assert not end.code, end.code",
)
_TOGETHER = (
    "import torch\nfrom safetensors.torch import load_file, save_file",
    "states = [load_file(name + '/model.safetensors') for name in sys.argv[1:]]\n"
    "for key in states[0]:\n"
    "    states[0][key] *= 1 / len(states)\n"
    "    for other in states[1:]:\n"
    "        states[0][key] += other[key] / len(states)\n"
    "save_file(states[0], Path(sys.argv[1]).parent / 'mean.safetensors')",
)
# 100 tensors of which the numbers are drawn before the clock starts
_DRAWN = (
    f"import numpy as np\nimport torch\nfrom calque.maths.merging import most_changed\n"
    f"generator = torch.Generator().manual_seed(0)\n"
    f"changes = [torch.randn({NUMBERS // 100}, generator=generator) for _ in range(100)]\n"
    f"count = {int(SHARE * NUMBERS)}"
)
_SELECTED = (_DRAWN, "found = most_changed(changes, count)")
_LISTED = (
    _DRAWN,
    "listed = []\n"
    "for change in changes:\n"
    "    listed.extend(change.abs().tolist())\n"
    "border = np.partition(listed, len(listed) - count)[len(listed) - count]\n"
    "found = [(change.abs() >= border).nonzero() for change in changes]",
)


def main() -> None:
    """Run the sections that are asked for and print a row for each measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sections", nargs="*", default=[], help=", ".join(SECTIONS))
    parser.add_argument("--peer", type=Path, help="virtual environment with mergekit")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    unknown = set(asked.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {unknown.pop()}; there are: {', '.join(SECTIONS)}")
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        for section in asked.sections or SECTIONS:
            rows += _RUN[section](Path(folder), asked.peer)
            if not asked.json:
                for row in (row for row in rows if row["section"] == section):
                    print("\t".join(f"{name}: {value}" for name, value in row.items()), flush=True)
    if asked.json:
        print(json.dumps(rows, indent=1))


def _models(folder: Path, count: int) -> list[Path]:
    """Models of one shape: the first is drawn, the others are it with small changes."""
    import torch
    from safetensors.torch import save_file

    shapes = {"model.embed_tokens.weight": (PIECES, WIDTH), "model.norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        for name in "qkvo":
            shapes[f"model.layers.{layer}.self_attn.{name}_proj.weight"] = (WIDTH, WIDTH)
        for name in ("gate", "up"):
            shapes[f"model.layers.{layer}.mlp.{name}_proj.weight"] = (INNER, WIDTH)
        shapes[f"model.layers.{layer}.mlp.down_proj.weight"] = (WIDTH, INNER)
        for name in ("input", "post_attention"):
            shapes[f"model.layers.{layer}.{name}_layernorm.weight"] = (WIDTH,)
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": WIDTH,
        "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": 12,
        "num_key_value_heads": 12, "vocab_size": PIECES, "tie_word_embeddings": True, "dtype": "float32",
    }  # fmt: skip
    base = {n: 0.02 * torch.randn(s, generator=torch.Generator().manual_seed(k)) for k, (n, s) in enumerate(shapes.items())}  # fmt: skip
    made = []
    for number in range(count):
        path = folder / f"model-{number}"
        if not path.is_dir():
            path.mkdir()
            generator = torch.Generator().manual_seed(1000 + number)
            size = 0.001 if number else 0.0
            own = {n: t + size * torch.randn(t.shape, generator=generator) for n, t in base.items()}
            save_file(own, path / "model.safetensors", metadata={"format": "pt"})
            (path / "config.json").write_text(json.dumps(config))
        made.append(path)
    return made


def _measured(parts: tuple[str, str], paths: list[Path]) -> dict[str, Any]:
    code = _MEASURED.format(imports=parts[0], work=parts[1].format(density=DENSITY))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout)


def _ties(folder: Path, peer: Path | None) -> list[dict[str, Any]]:
    paths = _models(folder, 4)
    rows = [{"section": "ties", "by": "calque", **_measured(_TIES, paths)}]
    if peer is not None:
        models = "".join(f"  - model: {path}\n    parameters: {{density: {DENSITY}, weight: 1.0}}\n" for path in paths[1:])  # fmt: skip
        recipe = folder / "ties.yaml"
        recipe.write_text(f"models:\n{models}merge_method: ties\nbase_model: {paths[0]}\ndtype: float32\n")  # fmt: skip
        call = (str(recipe), str(folder / "peer"))
        code = _MEASURED.format(imports=_PEER[0], work=_PEER[1].format(call=list(call)))
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run([str(peer / "bin" / "python"), "-c", code], capture_output=True, text=True, env=environment)  # fmt: skip
        if done.returncode:
            sys.exit(f"mergekit failed: {done.stderr[-2000:]}")
        rows.append(
            {"section": "ties", "by": "mergekit", **json.loads(done.stdout.splitlines()[-1])}
        )
    return rows


def _averaging(folder: Path, _: Path | None) -> list[dict[str, Any]]:
    paths = _models(folder, SNAPSHOTS)
    return [
        {"section": "averaging", "by": by, "models": SNAPSHOTS, **_measured(parts, paths)}
        for by, parts in (("calque", _AVERAGE), ("all loaded at once", _TOGETHER))
    ]


def _lora_sum(folder: Path, _: Path | None) -> list[dict[str, Any]]:
    """Two LoRAs summed, whole and cut to the rank of one, by us and by peft's "svd"; how far from the sum in float64."""
    import peft
    import torch
    import transformers

    from calque.adaptation.from_peft import from_peft
    from calque.maths.differences import dense
    from calque.values import Checkpoint

    torch.set_num_threads(1)
    base = _models(folder, 1)[0]
    model = transformers.AutoModelForCausalLM.from_pretrained(base)
    config = peft.LoraConfig(r=RANK, lora_alpha=RANK, target_modules=["q_proj", "v_proj"], init_lora_weights=False)  # fmt: skip
    wrapped = peft.get_peft_model(model, config, adapter_name="a")
    wrapped.add_adapter("b", config)
    wrapped.save_pretrained(folder / "loras")
    patches = [from_peft(folder / "loras" / name, Checkpoint(base)) for name in "ab"]
    combine: Any = wrapped.base_model.add_weighted_adapter
    modules: dict[str, Any] = {
        name: wrapped.base_model.model.get_submodule(name.removesuffix(".weight"))
        for name in patches[0].changed
    }
    rows = []
    for rank in (2 * RANK, RANK):
        whole = rank == 2 * RANK  # all ranks of the sum
        _summed(patches, rank)  # what is imported and drawn up once is no part of the work
        made, ours = _timed(partial(_summed, patches, rank))
        _, theirs = _timed(partial(combine, ["a", "b"], [1.0, 1.0], f"sum-{rank}", "svd", rank))
        off = {"calque": 0.0, "peft svd": 0.0}
        for name, module in modules.items() if whole else ():
            exact = sum(_product(module, own) for own in "ab")
            for by, found in (("calque", dense(made.terms(name), (WIDTH, WIDTH))), ("peft svd", _product(module, f"sum-{rank}"))):  # fmt: skip
                off[by] = max(off[by], float((found - exact).norm() / exact.norm()))
        common = {"section": "lora-sum", "matrices": len(modules), "rank": rank}
        told = {by: {"relative distance": float(f"{own:.2g}")} if whole else {} for by, own in off.items()}  # fmt: skip
        rows += [{**common, "by": by, **facts, **told[by]} for by, facts in (("calque", ours), ("peft svd", theirs))]  # fmt: skip
    return rows


def _summed(patches: list[Any], rank: int) -> Any:
    from calque.adaptation.add import add
    from calque.adaptation.compress import compress

    return add(patches) if rank == 2 * RANK else compress(add(patches), rank=rank)


def _product(module: Any, adapter: str) -> Any:
    """What an adapter adds to a matrix, in float64."""
    up, down = module.lora_B[adapter].weight, module.lora_A[adapter].weight
    return module.scaling[adapter] * (up.detach().double() @ down.detach().double())


def _selection(_: Path, __: Path | None) -> list[dict[str, Any]]:
    """The 8 % of 20 M numbers that are largest: by selection, and as composable-sft does, through a Python list."""
    ways = (("calque", _SELECTED), ("Python list", _LISTED))
    common = {"section": "selection", "numbers": NUMBERS}
    return [{**common, "by": by, **_measured(parts, [])} for by, parts in ways]


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    start, used = time.perf_counter(), time.process_time()
    made = work()
    facts = {
        "seconds": time.perf_counter() - start,
        "processor seconds": time.process_time() - used,
    }
    return made, {name: round(value, 3) for name, value in facts.items()}


_RUN = {
    "ties": _ties,
    "averaging": _averaging,
    "lora-sum": _lora_sum,
    "selection": _selection,
    "loop": lambda _, __: training_steps.loop(),
    "frozen": lambda _, __: training_steps.frozen(),
}


if __name__ == "__main__":
    main()
