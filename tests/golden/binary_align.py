"""Makes binary_align.json: what the authors' code of BinaryAlign asks of sentence pairs, and makes of answers.

    git clone https://github.com/ubisoft/ubisoft-laforge-BinaryAlignWordAlignementasBinarySequenceLabeling tool
    git -C tool checkout 5acb6e7 && python tests/golden/binary_align.py tool

Runs `SpanTokenDataset` of the tool's binaryalign/dataset.py on the first pairs of calque/toy/linked.tsv with the
toy tokenizer and ¶ around the marked word, and `evaluation_span_bidirectional` of binaryalign/utils.py
("avg" of both directions, "max" of pieces, as its train.sh has them) with a model whose matrices are sines.
"""

import importlib
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from calque.models.marked import MARK, to_learn
from calque.models.whole import write_whole
from calque.values import Bitext, Checkpoint, Links

HERE = Path(__file__).resolve().parent
TOY = HERE.parent.parent / "calque" / "toy"
PAIRS, ABOVE = 4, 0.1785


def rows() -> list[list[str]]:
    """Source, target and links of the pairs, possible ones marked with a p."""
    lines = (TOY / "linked.tsv").read_text(encoding="utf-8").splitlines()[:PAIRS]
    return [line.split("\t") for line in lines]


def begun() -> tuple[Any, Any, Any, list[Links]]:
    """Model, tokenizer and inputs as training begins, and the gold links."""
    found = []
    for source, target, links in rows():
        pairs = [[int(n) for n in one.replace("p", "-").split("-")] for one in links.split()]
        found.append(Links(np.array(pairs), (len(source.split()), len(target.split()))))
    bitext = Bitext.of([(one, other) for one, other, _ in rows()], tokenized=True)
    settings = {"kind": "tags", "task": "binary_links", "seed": 0, "where": "here"}
    return *to_learn(Checkpoint(TOY / "tiny"), bitext, found, **settings), found


def checkpoint() -> Checkpoint:
    """The model with sines for its matrices: rounded, so that they are the same anywhere."""
    model, tokenizer, _, _ = begun()
    with torch.no_grad():
        for phase, parameter in enumerate(model.parameters()):
            if parameter.dim() == 1:
                continue  # norms and biases begin as ones and zeros
            line = torch.arange(parameter.numel(), dtype=torch.float64) ** 1.3
            sines = (0.5 * torch.sin(phase + line)).round(decimals=4)
            parameter.copy_(sines.float().reshape(parameter.shape))
    return write_whole(model, tokenizer)


class _Tokenizer:
    """What the tool asks of a slow tokenizer, by a fast one."""

    def __init__(self, fast: Any):
        self.tokenize, self.convert_tokens_to_ids = fast.tokenize, fast.convert_tokens_to_ids
        self.eos_token_id, self.ends = fast.sep_token_id, (fast.cls_token_id, fast.sep_token_id)

    def prepare_for_model(self, ids: list[int], return_tensors: str = "", **_: Any) -> dict:
        whole = [self.ends[0], *ids, self.ends[1]]
        return {"input_ids": torch.tensor(whole) if return_tensors else whole}


def main() -> None:
    """Run both and write what they say."""
    sys.path.insert(0, sys.argv[1])
    tool = importlib.import_module("binaryalign.utils")
    dataset = importlib.import_module("binaryalign.dataset").SpanTokenDataset
    model, tokenizer, _, _ = begun()
    sides = [[row[side] for row in rows()] for side in range(3)]
    make = partial(dataset, _Tokenizer(tokenizer), *sides, context_sep=MARK)
    taught = [[one["input_ids"], one["labels"]] for one in make().data]
    linked: list[Any] = []
    tool.calculate_metrics = _keeper(linked)
    model = type(model).from_pretrained(checkpoint().folder).eval()
    asked = make(do_inference=True)
    batches = [
        [_one(first), _one(second)] for first, second in zip(asked.data, asked.data_2, strict=True)
    ]
    tool.evaluation_span_bidirectional(
        batches, model, ABOVE, asked.sure, asked.possible, 16, "avg", "max"
    )
    facts = {
        "tool": "ubisoft/ubisoft-laforge-BinaryAlignWordAlignementasBinarySequenceLabeling",
        "commit": "5acb6e7f59f0272d0b03f13c98daf1a344e6f4e1",
        "command": "python tests/golden/binary_align.py tool",
        "taught": taught,
        "links": [sorted(one) for one in linked],
    }
    (HERE / "binary_align.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    print(len(taught), sum(map(len, facts["links"])))


def _one(example: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: values[None] for name, values in example.items()}


def _keeper(linked: list[Any]) -> Callable[..., tuple[float, ...]]:
    def keep(sure: Any, possible: Any, found: Any) -> tuple[float, ...]:
        linked.extend(found)
        return (0.0,) * 4

    return keep


if __name__ == "__main__":
    main()
