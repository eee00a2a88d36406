"""Parser, tagger, frozen layers and trees beside the code of crosslingual-nlp (stored answers), on equal weights."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
import transformers

from calque import registry
from calque.maths.arborescence import best_tree
from calque.models.above import above
from calque.models.biaffine import Biaffine
from calque.models.folder import open_tokenizer
from calque.models.supervised import cross_entropy
from calque.models.whole import write_whole
from calque.values import Checkpoint

GOLDEN = Path(__file__).parent.parent / "golden" / "crosslingual_nlp.py"
SPEC = importlib.util.spec_from_file_location("crosslingual_nlp", GOLDEN)
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads(GOLDEN.with_suffix(".json").read_text())["answers"]
MASK = (golden.IDS != 0).long()


@pytest.fixture(scope="module")
def states():
    with torch.no_grad():
        return golden.encoder()(input_ids=golden.IDS, attention_mask=MASK).last_hidden_state


def biaffine(first):
    """The head with that code's weights; its root is what that code reads from the first piece [d]."""
    own, head = golden.head(), Biaffine(golden.CONFIG["hidden_size"], golden.RELATIONS, (golden.ARC, golden.RELATION))  # fmt: skip
    # in that code the row of a grid is the dependent, whatever its network is called
    order = ("head_arc_ff", "child_arc_ff", "child_tag_ff", "head_tag_ff")
    for kind in ("weight", "bias"):
        getattr(head.reader, kind).data = torch.cat([own[f"{name}.0.{kind}"] for name in order])
    head.arcs.data = own["arc_attention.weight"][0, :, :-1]
    head.relations.data[:, :-1, :-1] = own["tag_bilinear.weight"].transpose(1, 2)
    head.relations.data[:, -1, -1] = own["tag_bilinear.bias"]
    _, above_, _, over = head.reader(first).split([golden.ARC] * 2 + [golden.RELATION] * 2)
    head.root.data = torch.cat([above_, over])
    return head.eval()


@pytest.mark.parametrize("row", [0, 1])
def test_arcs_and_relations(states, row):
    head = biaffine(states[row, 0])
    for parameter in head.parameters():
        parameter.requires_grad_(False)
    begins = golden.HEADS[row] != -1
    assert (head.reader(states[row]) > 0).all()
    scored = head(states[row : row + 1], begins[None])
    words = begins.nonzero()[:, 0]
    among = scored.arcs[0, words][:, words + 1].log_softmax(-1)
    torch.testing.assert_close(among, torch.tensor(ANSWERS["arcs"][row]), rtol=1e-4, atol=1e-5)
    heads = golden.HEADS[row].clamp_min(0)
    # counted with the root before all pieces; that code's root is the first piece
    placed = torch.where(heads == 0, 0, heads + 1)
    found = head.related(scored, placed[None])[0, words].log_softmax(-1)
    torch.testing.assert_close(found, torch.tensor(ANSWERS["relations"][row]), rtol=1e-4, atol=1e-5)
    below = words[golden.HEADS[row, words] > 0]
    loss = F.cross_entropy(scored.arcs[0, below, 1:], golden.HEADS[row, below])
    assert float(loss) == pytest.approx(ANSWERS["arc_loss"][row], rel=1e-4)


def test_tags():
    config = transformers.BertConfig(**golden.CONFIG, num_labels=golden.TAGS)
    model = transformers.BertForTokenClassification(config).eval()
    model.bert.load_state_dict(golden.encoder().state_dict(), strict=False)  # without a pooler
    for kind in ("weight", "bias"):
        getattr(model.classifier, kind).data = golden.head()[f"classifier.{kind}"]
    inputs = {"input_ids": golden.IDS, "attention_mask": MASK}
    targets = golden.LABELS.masked_fill(golden.LABELS < 0, -100)
    with torch.no_grad():
        loss = cross_entropy(model, {"inputs": inputs, "targets": targets})
    assert float(loss) == pytest.approx(ANSWERS["tags"]["loss"], rel=1e-5)
    logs = model(**inputs).logits[0, :3].log_softmax(-1)
    torch.testing.assert_close(logs, torch.tensor(ANSWERS["tags"]["logs"]), rtol=1e-4, atol=1e-5)


def test_what_is_frozen():
    tokenizer = open_tokenizer(Checkpoint(registry.PACKAGE / "toy" / "tiny"))
    checkpoint = write_whole(golden.encoder(), tokenizer)
    names = [name for name, _ in golden.encoder().named_parameters()]
    for frozen, wanted in ANSWERS["frozen"].items():
        pattern = above(checkpoint, frozen=int(frozen))
        assert [name for name in names if not re.search(pattern, name)] == wanted


def test_trees():
    for grid, wanted in zip(golden.energies(), ANSWERS["trees"], strict=True):
        assert wanted.count(0) == 1  # with several roots that code's trees are others
        assert best_tree(grid[:, 1:].T).tolist() == wanted
