"""Makes lowres_cva.json: what the authors' code of vocabulary expansion makes new rows of.

    git clone https://github.com/gucci-j/lowres-cva tool
    git -C tool checkout 14e66ae && PYTHONPATH=.:tests python tests/golden/lowres_cva.py tool

Runs the initializations "mean", "merge" and "align" of the tool's instantiation/src/core on a small tokenizer and
an extended one, and a Llama whose input rows are one 1 each and whose output rows are one 10 each: so new rows say
of which old rows they are made, and of which table. The code asks for merges as one text with a space, as
tokenizers before 0.20 wrote them, and is given them so.
"""

import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from small_tokenizers import sentencepiece

from calque.models.folder import quiet
from calque.values import Vocabulary

HERE = Path(__file__).resolve().parent
LETTERS = "abehikmntuwyz"
RULES = ["▁ m", "w a", "▁ k", "n i", "▁m b"]
MORE = [
    "▁mb wa",
    "▁mbwa ni",
    "k i",
    "▁ ki",
    "▁k i",
    "▁ki t",
    "▁kit u",
    "t u",
    "▁m tu",
    "a t",
    "z z",
]
TEXTS = ["mbwa kitu", "mbwani", "mtu na mbwa", "kitu", "kiat mbwani tu", "mtu"]


def vocabularies() -> tuple[Vocabulary, Vocabulary]:
    """The old tokenizer, and the one with more merges behind its own."""
    return sentencepiece(RULES, LETTERS), sentencepiece(RULES + MORE, LETTERS)


class _Before:
    """A tokenizer that shows its merges as texts with a space."""

    def __init__(self, tokenizer: Any):
        self.tokenizer = tokenizer
        state = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
        state["merges"] = [" ".join(pair) for pair in state["merges"]]
        self.backend_tokenizer = self.model = self
        self.state = json.dumps(state)

    def __getstate__(self) -> str:
        return self.state

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tokenizer, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.tokenizer(*args, **kwargs)

    def __len__(self) -> int:
        return len(self.tokenizer)


def _wrapped(vocabulary: Vocabulary) -> Any:
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=vocabulary.fast, unk_token=vocabulary.special["unk"]
    )


def _model(count: int) -> Any:
    config = transformers.LlamaConfig(
        vocab_size=count, hidden_size=count, intermediate_size=4, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1, head_dim=2, tie_word_embeddings=False,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(torch.eye(count))
        model.get_output_embeddings().weight.copy_(10 * torch.eye(count))
    return model


def _module(tool: Path, name: str) -> Any:
    path = tool / "instantiation" / "src" / "core" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(model: Any, new: Vocabulary) -> dict[str, list[list[float]]]:
    tables = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    kept = [table.detach().float().numpy()[: len(new)].round(7).tolist() for table in tables]
    return dict(zip(("input", "output"), kept, strict=True))


def main(tool: Path) -> None:
    """Run each initialization and write the rows."""
    old, new = vocabularies()
    before, after = _wrapped(old), _Before(_wrapped(new))
    found: dict[str, Any] = {"tool": "https://github.com/gucci-j/lowres-cva", "version": "14e66ae",
                             "command": "python tests/golden/lowres_cva.py tool"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, quiet():
        for method, reads in (("mean", False), ("merge", False), ("align", True)):
            np.random.seed(0)
            make = getattr(_module(tool, f"{method}_init"), f"instantiate_model_by_{method}")
            settings: dict[str, Any] = {}
            if reads:
                path = Path(folder) / "texts.txt"
                path.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
                settings = {"dataset_path": str(path), "use_only_align": True}
            model, _ = make(_model(len(old)), before, after, **settings)
            found[method] = _rows(model, new)
    (HERE / "lowres_cva.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
