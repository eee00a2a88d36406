"""Makes weight_merging.json: small tensors merged, chosen and averaged by the tools of others.

    python -m venv merging && merging/bin/pip install mergekit==0.1.5
    git clone https://github.com/cambridgeltl/composable-sft
    git -C composable-sft checkout 29f7872
    git clone https://github.com/fdschmidt93/free-lunch-xlt
    git -C free-lunch-xlt checkout 0d4a647
    merging/bin/python tests/golden/weight_merging.py composable-sft free-lunch-xlt

mergekit is LGPL and only run. Of composable-sft the method `unfreeze_k_most_changed_params` is called, of
free-lunch-xlt the function `average_checkpoints`, each from its file, whose other imports are left out.
`planted` is what they are asked.
"""

import importlib.metadata
import json
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).resolve().parent
SHAPES = {"w": (6, 5), "b": (7,)}
WEIGHTS = [1.0, 0.5, 2.0]
DENSITY, SHARE, COUNT = 0.4, 0.3, 11


def planted() -> list[dict[str, torch.Tensor]]:
    """A base and three models made of it; their numbers are multiples of 1/1024, so that sums are exact."""
    generator = torch.Generator().manual_seed(11)

    def draw(most: int) -> dict[str, torch.Tensor]:
        return {
            n: torch.randint(-most, most, s, generator=generator) / 1024 for n, s in SHAPES.items()
        }

    base = draw(2048)
    moved = [draw(512) for _ in range(3)]
    return [base, *({name: base[name] + own[name] for name in SHAPES} for own in moved)]


def main() -> None:
    """Ask the tools and keep what they say."""
    base, *models = planted()
    answers = merged(base, models)
    answers["chosen"] = chosen(Path(sys.argv[1]), base, models[0])
    answers["average"] = averaged(Path(sys.argv[2]), models)
    tools = {"mergekit": importlib.metadata.version("mergekit")}
    tools |= {"composable-sft": "29f7872", "free-lunch-xlt": "0d4a647"}
    text = json.dumps({"tools": tools, "answers": answers})
    (HERE / "weight_merging.json").write_text(text + "\n", encoding="utf-8")


def merged(base: dict[str, torch.Tensor], models: list[dict[str, torch.Tensor]]) -> dict[str, Any]:
    """TIES, task arithmetic and SLERP by mergekit."""
    from mergekit.merge_methods.generalized_task_arithmetic import get_mask
    from mergekit.merge_methods.slerp import slerp
    from mergekit.sparsify import SparsificationMethod, sparsify

    answers: dict[str, Any] = {"ties": {}, "arithmetic": {}, "slerp": {}}
    for name in SHAPES:
        deltas = [model[name] - base[name] for model in models]
        shares = torch.tensor(WEIGHTS).view(-1, *[1] * base[name].dim())
        answers["arithmetic"][name] = (base[name] + (torch.stack(deltas) * shares).sum(0)).tolist()
        thin = [sparsify(d, density=DENSITY, method=SparsificationMethod.magnitude) for d in deltas]
        votes = torch.stack(thin) * shares
        mask = get_mask(votes, method="sum", mask_dtype=torch.float32)
        below = (shares * mask).sum(0)
        below[below == 0] = 1
        answers["ties"][name] = (base[name] + (votes * mask).sum(0) / below).tolist()
        one, two = (model[name][None] for model in models[:2])
        answers["slerp"][name] = slerp(torch.tensor([SHARE]), one, two)[0].tolist()
    return answers


def chosen(
    folder: Path, base: dict[str, torch.Tensor], model: dict[str, torch.Tensor]
) -> dict[str, Any]:
    """The places that composable-sft lets change."""
    source = (folder / "src" / "sft" / "lt_sft.py").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(
        source.replace("from .trainer import SparseFineTuner", "SparseFineTuner = lambda t: t"),
        names,
    )
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in model.items()}
    holder = types.SimpleNamespace(
        model=types.SimpleNamespace(named_parameters=lambda: parameters.items()),
        args=types.SimpleNamespace(local_rank=0, disable_tqdm=True),
        maskable_params=set(SHAPES),
        _original_params=base,
        _mask={name: torch.zeros(shape, dtype=torch.bool) for name, shape in SHAPES.items()},
    )
    made = names["LotteryTicketSparseFineTuner"](object)
    made.unfreeze_k_most_changed_params(holder, COUNT)
    return {name: mask.reshape(-1).nonzero()[:, 0].tolist() for name, mask in holder._mask.items()}


def averaged(folder: Path, models: list[dict[str, torch.Tensor]]) -> dict[str, Any]:
    """The mean of free-lunch-xlt."""
    path = folder / "trident-xtreme" / "src" / "projects" / "fsxlt_avg" / "module.py"
    source = path.read_text(encoding="utf-8")
    begin = source.index("def average_checkpoints(")
    names: dict[str, Any] = {"torch": torch, "Path": Path}
    text = source[begin : source.index("\ndef ", begin)]
    exec("from __future__ import annotations\n" + text, names)
    found: dict[str, torch.Tensor] = {}
    module = types.SimpleNamespace(load_state_dict=lambda state, strict: found.update(state))
    with tempfile.TemporaryDirectory() as place:
        for number, model in enumerate(models):
            torch.save({"state_dict": model}, Path(place) / f"{number}.ckpt")
        names["average_checkpoints"](module, place)
    return {name: tensor.tolist() for name, tensor in found.items()}


if __name__ == "__main__":
    main()
