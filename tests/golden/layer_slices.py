"""Makes layer_slices.json: two small decoders put together by slices of layers with mergekit.

    python -m venv merging && merging/bin/pip install mergekit==0.1.5
    merging/bin/python tests/golden/layer_slices.py

mergekit is LGPL and only run. Of six layers the lowest and the highest come from the language expert, the two in the middle from the
task expert, and those between are the mean of both; embeddings, last norm and output go with the slice that they lie beside.
"""

import importlib.metadata
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).resolve().parent
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 12,
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 6,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 16,
    "tie_word_embeddings": False,
}
SOURCES = "lbttbl"  # language, both, task
SHAPES = {
    "self_attn.q_proj": (8, 8), "self_attn.k_proj": (8, 8), "self_attn.v_proj": (8, 8), "self_attn.o_proj": (8, 8),
    "mlp.gate_proj": (12, 8), "mlp.up_proj": (12, 8), "mlp.down_proj": (8, 12), "input_layernorm": (8,),
    "post_attention_layernorm": (8,),
}  # fmt: skip


def expert(salt: int) -> dict[str, torch.Tensor]:
    """Weights of a decoder by formula."""
    shapes = {"model.embed_tokens": (12, 8), "model.norm": (8,), "lm_head": (12, 8)}
    shapes |= {f"model.layers.{k}.{n}": s for k in range(len(SOURCES)) for n, s in SHAPES.items()}
    made = {}
    for number, (name, shape) in enumerate(sorted(shapes.items())):
        places = torch.arange(math.prod(shape), dtype=torch.float64)
        values = torch.sin(places * 12.9898 + (7 * number + salt) * 78.233) * 0.3
        made[f"{name}.weight"] = values.reshape(shape).float()
    return made


def told(tensor: torch.Tensor) -> list[float]:
    """What is kept of a tensor: its first and last number, and the sum of all."""
    flat = tensor.double().flatten()
    return [float(flat[0]), float(flat[-1]), float(flat.sum())]


def main() -> None:
    """Merge, and keep what came out."""
    from mergekit.config import MergeConfiguration
    from mergekit.merge import MergeOptions, run_merge
    from safetensors.torch import load_file, save_file

    with tempfile.TemporaryDirectory() as place:
        folders = {}
        for salt, name in enumerate(("task", "language")):
            folders[name] = Path(place) / name
            folders[name].mkdir()
            (folders[name] / "config.json").write_text(json.dumps(CONFIG))
            save_file(expert(salt), folders[name] / "model.safetensors", metadata={"format": "pt"})
        shares = {"l": (0.0, 1.0), "t": (1.0, 0.0), "b": (0.5, 0.5)}
        slices: list[dict[str, Any]] = []
        for layer, source in enumerate(SOURCES):
            slices.append({"sources": [
                {"model": str(folder), "layer_range": [layer, layer + 1], "parameters": {"weight": weight}}
                for folder, weight in zip(folders.values(), shares[source], strict=True)
            ]})  # fmt: skip
        recipe = {"merge_method": "linear", "dtype": "float32", "slices": slices}
        out = Path(place) / "merged"
        run_merge(MergeConfiguration.model_validate(recipe), str(out), MergeOptions(copy_tokenizer=False))  # fmt: skip
        made = {}
        for file in out.glob("*.safetensors"):
            made |= load_file(file)
    answers = {name: told(tensor) for name, tensor in sorted(made.items())}
    tools = {"mergekit": importlib.metadata.version("mergekit")}
    text = json.dumps({"tools": tools, "answers": answers})
    (HERE / "layer_slices.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
