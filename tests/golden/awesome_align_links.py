"""Makes awesome_align_links.json: the links that awesome-align extracts with the toy encoder.

    git clone https://github.com/neulab/awesome-align && git -C awesome-align checkout 5f150d4
    python tests/golden/awesome_align_links.py awesome-align

Runs `BertForMaskedLM.get_aligned_word` of the tool's awesome_align/modeling.py with the weights of
calque/toy/tiny on the first pairs of calque/toy/eng-swh.tsv, cut into words as calque cuts them. The
tool's libraries for downloads (boto3, requests), which this needs not, are left out.
"""

import importlib
import json
import sys
import types
from itertools import chain
from pathlib import Path

import torch

from calque.languages.words import word_texts
from calque.models.folder import open_model, open_tokenizer
from calque.values import Checkpoint

HERE = Path(__file__).resolve().parent
TOY = HERE.parent.parent / "calque" / "toy"
PAIRS = 12
ABSENT = ("boto3", "botocore", "botocore.config", "botocore.exceptions", "requests")
RULES = {
    "softmax 0.001": {"extraction": "softmax", "softmax_threshold": 0.001},
    "softmax 0.1": {"extraction": "softmax", "softmax_threshold": 0.1},
    "entmax": {"extraction": "entmax15"},
}


def tool(folder: Path) -> types.ModuleType:
    """The tool's modeling module, knowing the toy tokenizer's special pieces."""
    for name in ABSENT:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].Config = sys.modules[name].ClientError = Exception  # type: ignore[attr-defined]
    sys.path.insert(0, str(folder))
    modeling = importlib.import_module("awesome_align.modeling")
    for name in ABSENT:
        del sys.modules[name]
    return modeling


def main() -> None:
    """Run every rule and write the links."""
    modeling = tool(Path(sys.argv[1]))
    checkpoint = Checkpoint(TOY / "tiny")
    tokenizer = open_tokenizer(checkpoint)
    modeling.PAD_ID = tokenizer.pad_token_id
    modeling.CLS_ID, modeling.SEP_ID = tokenizer.cls_token_id, tokenizer.sep_token_id
    config = importlib.import_module("awesome_align.configuration_bert").BertConfig(
        **{k: v for k, v in checkpoint.config.items() if isinstance(v, (int, float, str))}
    )
    model = modeling.BertForMaskedLM(config)
    weights = {f"bert.{k}": v for k, v in open_model(checkpoint, "encoder").state_dict().items()}
    missing, _ = model.load_state_dict(weights, strict=False)
    assert not [name for name in missing if name.startswith("bert.enc")], missing
    model.eval()
    lines = (TOY / "eng-swh.tsv").read_text(encoding="utf-8").splitlines()[:PAIRS]
    found = {rule: [] for rule in RULES}
    for line in lines:
        sides = [[tokenizer.tokenize(w) for w in word_texts(text)] for text in line.split("\t")]
        maps = [[i for i, pieces in enumerate(side) for _ in pieces] for side in sides]
        ids = [
            [modeling.CLS_ID, *tokenizer.convert_tokens_to_ids(list(chain(*side))), modeling.SEP_ID]
            for side in sides
        ]
        inputs = [torch.tensor([one]) for one in ids]
        for rule, settings in RULES.items():
            (links,) = model.get_aligned_word(
                *inputs, [maps[0]], [maps[1]], "cpu", 0, 0, align_layer=1, test=True, **settings
            )
            found[rule].append(sorted(links))
    facts = {
        "tool": "neulab/awesome-align",
        "commit": "5f150d45bbe51e167daf0a84abebaeb07c3323d1",
        "command": "python tests/golden/awesome_align_links.py awesome-align",
        "layer": 1,
        "links": found,
    }
    text = json.dumps(facts)
    (HERE / "awesome_align_links.json").write_text(text + "\n", encoding="utf-8")
    print({rule: sum(map(len, links)) for rule, links in found.items()})


if __name__ == "__main__":
    main()
