"""Makes awesome_align_losses.json: what awesome-align's objectives say of given states.

    git clone https://github.com/neulab/awesome-align && git -C awesome-align checkout 5f150d4
    python tests/golden/awesome_align_losses.py awesome-align

Runs the forward passes of `BertGuideHead`, `BertForMaskedLM` (masked pieces) and `BertPSIHead` of the
tool's awesome_align/modeling.py on states and logits that come from a formula, so that the test can
make the same ones.
"""

import importlib
import json
import sys
from pathlib import Path

import torch
from awesome_align_links import tool

HERE = Path(__file__).resolve().parent
LENGTHS = ((7, 5), (6, 8), (4, 4))  # pieces of each pair, with the two special ones
WIDTH, VOCABULARY = 6, 11


def states(rows: int, length: int, width: int, phase: float) -> torch.Tensor:
    """[rows, length, width] sines, large enough for uneven probabilities; rounded, the same anywhere."""
    line = torch.arange(rows * length * width, dtype=torch.float64) ** 1.3
    sines = (1.5 * torch.sin(phase + line)).round(decimals=4)
    return sines.float().reshape(rows, length, width)


def inputs(side: int, special: tuple[int, int, int]) -> torch.Tensor:
    """Ids of one side: a first piece, ordinary ones (5), a last piece, padding."""
    pad, first, last = special
    width = max(pair[side] for pair in LENGTHS)
    rows = [[first, *[5] * (pair[side] - 2), last] for pair in LENGTHS]
    return torch.tensor([row + [pad] * (width - len(row)) for row in rows])


def main() -> None:
    """Run every objective and write the numbers."""
    modeling = tool(Path(sys.argv[1]))
    special = (modeling.PAD_ID, modeling.CLS_ID, modeling.SEP_ID)
    ids = [inputs(side, special) for side in (0, 1)]
    hidden = [states(*one.shape, WIDTH, phase) for one, phase in zip(ids, (0.0, 1.0), strict=True)]
    head = modeling.BertGuideHead(None)
    linked = head(*hidden, *ids, softmax_threshold=0.1).float()
    found = {
        "guide": linked[:, 0].long().tolist(),
        "self_training": float(head(*hidden, *ids, guide=linked)),
        "consistency": float(head(*hidden, *ids, guide=linked, train_so=False, train_co=True)),
    }
    config = importlib.import_module("awesome_align.configuration_bert").BertConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=1
    )
    model = modeling.BertForMaskedLM(config)
    logits = states(3, 8, VOCABULARY, 2.0)
    model.bert = model.cls = torch.nn.Identity()
    model.bert.forward = lambda *args, **kwargs: logits
    labels = torch.full((3, 8), -100)
    labels[0, 2], labels[0, 5], labels[0, 6], labels[2, 1] = 3, 0, 10, 7
    found["masked"] = float(model(logits, labels_src=labels))
    head = modeling.BertPSIHead(config)
    with torch.no_grad():
        for phase, parameter in enumerate(head.parameters()):
            parameter.copy_(states(1, 1, parameter.numel(), float(phase)).reshape(parameter.shape))
    found["order"] = [name for name, _ in head.named_parameters()]
    scores = head(hidden[0])
    found["parallel"] = float(torch.nn.functional.cross_entropy(scores, torch.tensor([1, 0, 1])))
    facts = {
        "tool": "neulab/awesome-align",
        "commit": "5f150d45bbe51e167daf0a84abebaeb07c3323d1",
        "command": "python tests/golden/awesome_align_losses.py awesome-align",
    }
    text = json.dumps(facts | found)
    (HERE / "awesome_align_losses.json").write_text(text + "\n", encoding="utf-8")
    print({name: value for name, value in found.items() if name != "guide"})


if __name__ == "__main__":
    main()
