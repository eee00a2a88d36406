"""Makes zett.json: rows and forms by ZeTT's own code, for given weights and pieces.

    git clone https://github.com/bminixhofer/zett && git -C zett checkout 0167758
    python tests/golden/zett.py zett

Runs `ZettHypernet` of the tool's hf_hypernet/modeling_hypernet.py with the weights of `values`, and
`get_surface_form_matrix` of its zett/utils.py (taken out of the file, which imports JAX) on the pieces
below, cut by the byte-level tokenizer below.
"""

import ast
import importlib
import json
import sys
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, RobertaConfig

HERE = Path(__file__).resolve().parent
INPUTS, WIDTH, LAYERS, LONGEST, OLD = 6, 64, 2, 4, 9  # OLD is the id that pads forms
FORMS = ((3, 1, 4, 1), (5, 8, -1, -1), (2, -1, -1, -1), (6, 5, 3, -1), (7, 7, -1, -1))
SPECIAL = {"pad": "<pad>", "unk": "<unk>"}
MERGES = (
    ("Ġ", "c"), ("a", "t"), ("Ġc", "at"), ("i", "n"), ("in", "g"), ("Ã", "¤"),
    ("Ġ", "m"), ("Ġm", "Ã¤"), ("s", "s"), ("e", "r"), ("ss", "er"),
)  # fmt: skip
PIECES = (
    "Ġcat", "Ġcating", "ing", "ings", "ĠmÃ¤", "Ã¤sser", "Ġ", "Ã", "x", "Ġmats", "tact", "ĠcatĠcat",
    "erinerinerin", "<pad>",
)  # fmt: skip


def values(name: str, shape: Iterable[int]) -> torch.Tensor:
    """The same numbers for the same name wherever they are made, those of norms around 1."""
    made = 0.3 * np.random.RandomState(zlib.crc32(name.encode())).standard_normal(list(shape))
    norm = "LayerNorm.weight" in name or name.endswith(("ln.weight", "scaler.w"))
    return torch.tensor(made + norm, dtype=torch.float32)


def table(outputs: int) -> torch.Tensor:
    """Old rows [s, d + e]."""
    return values("table", (OLD + 1, INPUTS + outputs))


def old() -> Tokenizer:
    """A byte-level tokenizer of few merges."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*SPECIAL.values(), *letters, *("".join(pair) for pair in MERGES)]
    cutter = Tokenizer(
        models.BPE({piece: k for k, piece in enumerate(pieces)}, list(MERGES), unk_token="<unk>")
    )
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cutter.add_special_tokens(list(SPECIAL.values()))
    return cutter


def main() -> None:
    """Run both and write what they say."""
    sys.path.insert(0, sys.argv[1])
    facts = {
        "tool": "bminixhofer/zett",
        "commit": "016775824664d3479dfd6215d78fd73d51dce833",
        "command": "python tests/golden/zett.py zett",
        "tied": _rows(0),
        "untied": _rows(INPUTS),
        "forms": _forms(Path(sys.argv[1]) / "zett" / "utils.py"),
    }
    (HERE / "zett.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    print(facts["tied"]["inputs"][0], facts["forms"][:4])


def _rows(outputs: int) -> dict[str, Any]:
    configuration = importlib.import_module("hf_hypernet.configuration_hypernet")
    modeling = importlib.import_module("hf_hypernet.modeling_hypernet")
    with tempfile.TemporaryDirectory() as folder:
        RobertaConfig(max_position_embeddings=LONGEST, type_vocab_size=1).save_pretrained(folder)
        config = configuration.ZettHypernetConfig(
            hn_model_name_or_path=folder,
            hn_n_layers=LAYERS,
            n_embd=INPUTS,
            hn_hidden_size=WIDTH,
            hn_intermediate_size=2 * WIDTH,
            hn_rescale_embeddings=True,
            hn_embed_using_source_embeddings=True,
            hn_n_extra_tokens=0,
            separate_out_embeddings=outputs > 0,
            original_vocab_size=OLD + 1,
            pad_token_id=OLD,
        )
        network = modeling.ZettHypernet(config).eval()
    with torch.no_grad():
        for name, tensor in network.named_parameters():
            tensor.copy_(values(name, tensor.shape))
        forms = torch.tensor(FORMS)
        rows, out, bias = network(
            torch.where(forms < 0, OLD, forms), source_embeddings=table(outputs)
        )
    return {
        "inputs": _plain(rows),
        "outputs": None if out is None else _plain(out),
        "bias": _plain(bias),
    }


def _plain(tensor: torch.Tensor) -> Any:
    return np.round(tensor.detach().double().numpy(), 6).tolist()


def _forms(file: Path) -> list[list[int]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    wanted = [
        node
        for node in tree.body
        if (isinstance(node, ast.FunctionDef) and node.name == "get_surface_form_matrix")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CHARS_TO_BYTES")
    ]
    space: dict[str, Any] = {
        "np": np,
        "tqdm": lambda items, **_: items,
        "ByT5Tokenizer": type(None),
    }
    exec(compile(ast.Module(wanted, []), str(file), "exec"), space)
    cutter = PreTrainedTokenizerFast(
        tokenizer_object=old(), **{f"{role}_token": piece for role, piece in SPECIAL.items()}
    )
    grid, _ = space["get_surface_form_matrix"](list(PIECES), LONGEST, cutter)
    return grid.tolist()


if __name__ == "__main__":
    main()
