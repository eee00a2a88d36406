"""Makes acc_align.json: the links, guides and losses of AccAlign's code for given encoder and states.

    git clone https://github.com/sufenlp/AccAlign && git -C AccAlign checkout 84f9b8d
    python tests/golden/acc_align.py AccAlign

Runs `BertForSO.get_aligned_word` and `ModelGuideHead` of the tool's self_training_modeling_adapter.py:
with the weights of calque/toy/tiny on twelve pairs of calque/toy/eng-swh.tsv, cut into words as calque
cuts them, and on the states of awesome_align_losses.py with gold links between words of several pieces.
"""

import importlib
import json
import sys
from itertools import chain
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from awesome_align_losses import LENGTHS, WIDTH, inputs, states

from calque.languages.words import word_texts
from calque.models.folder import open_model, open_tokenizer
from calque.values import Checkpoint

HERE = Path(__file__).resolve().parent
TOY = HERE.parent.parent / "calque" / "toy"
FIRST, PAIRS = 12, 12
WORDS = (((0, 0, 1, 2, 2), (0, 1, 1)), ((0, 1, 1, 2), (0, 0, 1, 2, 2, 2)), ((0, 1), (0, 0)))
GOLD = (((0, 1), (2, 0)), ((0, 2), (1, 0), (1, 1)), ((1, 0),))  # links of the words of each pair


def main() -> None:
    """Run both and write what they say."""
    sys.path.insert(0, sys.argv[1])
    modeling = importlib.import_module("self_training_modeling_adapter")
    head = modeling.ModelGuideHead()
    facts = {
        "tool": "sufenlp/AccAlign",
        "commit": "84f9b8d5c0fb9327366ca5ddc115bdc1a1e4da54",
        "command": "python tests/golden/acc_align.py AccAlign",
        "first": FIRST,
        "layer": 1,
        "links": _links(modeling, head),
        **_losses(modeling, head),
    }
    (HERE / "acc_align.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    print(sum(map(len, facts["links"])), facts["own"], facts["gold"])


def _links(modeling: ModuleType, head: Any) -> list[list[tuple[int, int]]]:
    checkpoint = Checkpoint(TOY / "tiny")
    tokenizer = open_tokenizer(checkpoint)
    modeling.PAD_ID = tokenizer.pad_token_id
    modeling.CLS_ID, modeling.SEP_ID = tokenizer.cls_token_id, tokenizer.sep_token_id
    model = open_model(checkpoint, "encoder").eval()

    def states_of(ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        return model(ids, attention_mask=attention_mask.long(), output_hidden_states=True)

    lines = (TOY / "eng-swh.tsv").read_text(encoding="utf-8").splitlines()[FIRST : FIRST + PAIRS]
    ids, maps = [], []
    for side in (0, 1):
        cut = [
            [tokenizer.tokenize(w) for w in word_texts(line.split("\t")[side])] for line in lines
        ]
        maps.append([[i for i, pieces in enumerate(one) for _ in pieces] for one in cut])
        rows = [
            [modeling.CLS_ID, *tokenizer.convert_tokens_to_ids(list(chain(*one))), modeling.SEP_ID]
            for one in cut
        ]
        width = max(map(len, rows))
        ids.append(torch.tensor([row + [modeling.PAD_ID] * (width - len(row)) for row in rows]))
    bound = SimpleNamespace(model=states_of, guide_layer=head)
    found = modeling.BertForSO.get_aligned_word(
        bound, *ids, *maps, "cpu", 0, 0, align_layer=1, softmax_threshold=0.1, test=True
    )
    return [sorted(links) for links in found]


def _losses(modeling: ModuleType, head: Any) -> dict[str, Any]:
    special = (0, 1, 2)
    modeling.PAD_ID, modeling.CLS_ID, modeling.SEP_ID = special
    ids = [inputs(side, special) for side in (0, 1)]
    hidden = [states(*one.shape, WIDTH, phase) for one, phase in zip(ids, (0.0, 1.0), strict=True)]
    linked = head(*hidden, *ids, softmax_threshold=0.1).float()
    maps = [[list(pair[side]) for pair in WORDS] for side in (0, 1)]
    bound = SimpleNamespace(model=None, guide_layer=head)
    gold = modeling.BertForSO.get_aligned_word(
        bound,
        *ids,
        *maps,
        "cpu",
        *(one.shape[1] for one in ids),
        word_aligns=[set(g) for g in GOLD],
    )
    assert [len(one) + 2 for pair in WORDS for one in pair] == [n for pair in LENGTHS for n in pair]
    return {
        "own": float(head(*hidden, *ids, guide=linked)),
        "guide": gold[:, 0].long().tolist(),
        "gold": float(head(*hidden, *ids, guide=gold)),
    }


if __name__ == "__main__":
    main()
