"""Makes graftllm.json: differences compressed by the code of GraftLLM, module by module.

    git clone https://github.com/duguodong7/GraftLLM
    git -C GraftLLM checkout dfb5d41
    python tests/golden/graftllm.py GraftLLM/Adaptive-Compression

Its class `GPTQ` and its quantizer are only run, on a CPU and in float32, each from its file, whose other imports (triton,
texttable) are left out. What surrounds them in `llama.py` is followed here for one module at a time: for each number
of bits the factor V with what the module reads, then U with what S · Vᵀ makes of that.
"""

import contextlib
import importlib.util
import io
import json
import sys
import types
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).resolve().parent
SHAPES = {"self_attn.q_proj": (48, 64), "self_attn.o_proj": (64, 48), "mlp.down_proj": (64, 160)}
BANDS = [[4, 8], [12, 4], [24, 2]]
BITS = (2, 4, 8)


def planted() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Per module a difference whose singular values fall, and what it reads [n, d], places of which go together.

    All numbers are multiples of 1/1024.
    """
    generator = torch.Generator().manual_seed(17)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randint(-1024, 1025, shape, generator=generator) / 1024

    made = {}
    for name, (rows, columns) in SHAPES.items():
        falls = 0.8 ** torch.arange(40)
        difference = (draw(rows, 40) * falls) @ draw(40, columns)
        inputs = draw(300, 12) @ draw(12, columns) + 0.3 * draw(300, columns)
        made[name] = tuple((one * 1024).round() / 1024 for one in (difference, inputs))
    return made


def errors(before: torch.Tensor, after: torch.Tensor, inputs: torch.Tensor) -> dict[str, float]:
    """Loss relative to the difference's norm, and to that of what it adds to outputs."""
    lost, x = (before - after).double(), inputs.double()
    whole = before.double()
    return {
        "error": round(float(lost.norm() / whole.norm()), 5),
        "output_error": round(float((x @ lost.T).norm() / (x @ whole.T).norm()), 5),
    }


def main() -> None:
    """Compress with its code and keep what is lost."""
    folder = Path(sys.argv[1])
    gptq = opened(folder)
    answers: dict[str, Any] = {"modules": {}, "settled": {}}
    for name, (difference, inputs) in planted().items():
        left, values, right = torch.svd(difference)
        for order in (False, True):
            after, start, scales = torch.zeros_like(difference), 0, 0
            for rank, bits in BANDS:
                some = slice(start, start + rank)
                layer = types.SimpleNamespace(U=left[:, some].clone(), V=right[:, some].clone())
                for kind in "VU":
                    given = inputs if kind == "V" else inputs @ (values[some, None] * layer.V.T).T
                    scales += rounded(gptq, layer, kind, bits, given, 128, order)[0].numel()
                after += layer.U @ torch.diag(values[some]) @ layer.V.T
                start += rank
            key = "ordered" if order else "plain"
            found = {"rank": start, "bits": bits_of(difference.shape), "scales": scales}
            answers["modules"].setdefault(name, {})[key] = found | errors(difference, after, inputs)
    answers["settled"] = {str(bits): alone(gptq, bits) for bits in BITS}
    text = json.dumps({"tools": {"GraftLLM": "dfb5d41"}, "answers": answers})
    (HERE / "graftllm.json").write_text(text + "\n", encoding="utf-8")


def bits_of(shape: torch.Size) -> int:
    """What its numbers take, without scales and zeros."""
    return sum(rank * bits for rank, bits in BANDS) * sum(shape)


def small() -> tuple[torch.Tensor, torch.Tensor]:
    """A matrix [6, 16] and what it reads [80, 16]."""
    difference, inputs = planted()["self_attn.q_proj"]
    return difference[:6, :16].contiguous(), inputs[:80, :16].contiguous()


def alone(gptq: Any, bits: int) -> list[list[int]]:
    """Codes of a matrix, column by column in its order, one group for a row."""
    matrix, inputs = small()
    layer = types.SimpleNamespace(U=matrix.clone(), V=matrix)
    scale, zero = rounded(gptq, layer, "U", bits, inputs, -1, True)
    return (layer.U / scale + zero).round().int().tolist()


def rounded(
    gptq: Any, layer: Any, kind: str, bits: int, given: torch.Tensor, group: int, order: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Let its code round a factor of a layer in place."""
    asking = gptq(layer, kind)
    asking.quantizer.configure(bits, perchannel=True, sym=False, mse=False)
    layer.to = lambda device: layer
    layer.V, layer.U = (
        torch.nn.Parameter(one.detach(), requires_grad=False) for one in (layer.V, layer.U)
    )
    asking.add_batch(given, given)
    with contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
        scale, zero, *_ = asking.fasterquant(groupsize=group, actorder=order, name=kind)
    return scale, zero


def opened(folder: Path) -> Any:
    """Its class, with what a CPU lacks left out."""
    spec = importlib.util.spec_from_file_location("quantizer", folder / "quant" / "quantizer.py")
    assert spec is not None and spec.loader is not None
    quantizer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(quantizer)

    class Table:
        def __getattr__(self, name: str) -> Any:
            return lambda *given: "\n\n"

    for name, inside in {
        "quant": {"Quantizer": quantizer.Quantizer},
        "texttable": {"Texttable": Table},
        "utils": {"torch_snr_error": None},
    }.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(inside)
    sys.modules.setdefault("transformers", types.ModuleType("transformers"))
    vars(sys.modules["transformers"]).setdefault("Conv1D", type("Conv1D", (), {}))
    torch.cuda.synchronize = lambda *_: None
    spec = importlib.util.spec_from_file_location("gptq", folder / "gptq.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made.GPTQ


if __name__ == "__main__":
    main()
