"""Makes crosslingual_nlp.json: parser, tagger, frozen layers and trees of the code of Beto, Bentz, Becas on a tiny BERT.

    git clone https://github.com/shijie-wu/crosslingual-nlp
    git -C crosslingual-nlp checkout 780f738
    python tests/golden/crosslingual_nlp.py crosslingual-nlp

Run are `Model`, `Tagger`, `DependencyParser` and `decode_mst`, with torch 2.13.0 and transformers 5.23.0; PyTorch Lightning, data sets and
metrics are left out. Weights are given by formula, and the first layers of the parser get biases so large that all that comes
out is positive: there ELU, which that code has, and LeakyReLU are the same.

That code gives special pieces no head, and so masks the root, which is the first piece, too: a word below the root has no loss of its
arc, and its arc scores nothing in the tree. Kept are scores among words, relations under any head, and the mean loss of the
arcs between words.
"""

import ast
import importlib
import json
import math
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertConfig, BertModel

HERE = Path(__file__).resolve().parent
CONFIG = {
    "vocab_size": 24,
    "hidden_size": 8,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 10,
}
ARC, RELATION, RELATIONS, TAGS = 6, 4, 5, 7
# the first and the last piece are special, 0 fills up; heads are places, -1 where a piece begins no word
IDS = torch.tensor([[2, 5, 9, 17, 11, 20, 3], [2, 22, 8, 12, 3, 0, 0]])
HEADS = torch.tensor([[-1, 2, 0, -1, 5, 2, -1], [-1, 0, 3, 1, -1, -1, -1]])
LABELS = torch.tensor([[-1, 1, 4, -1, 0, 2, -1], [-1, 4, 3, 1, -1, -1, -1]])
LARGE = 3.0


def numbers(shape: tuple[int, ...], salt: int) -> torch.Tensor:
    """Values that look random, in every version of everything."""
    places = torch.arange(math.prod(shape), dtype=torch.float64)
    return (torch.sin(places * 12.9898 + salt * 78.233) * 0.3).reshape(shape).float()


def encoder() -> BertModel:
    """A BERT with given weights."""
    made = BertModel(BertConfig(**CONFIG)).eval()
    with torch.no_grad():
        for name, own in made.named_parameters():
            own.copy_(numbers(tuple(own.shape), sum(map(ord, name)) % 97))
            if "LayerNorm.weight" in name:
                own.add_(1)
    return made


def head() -> dict[str, torch.Tensor]:
    """Weights of the parser and the tagger, as that code names them."""
    made = {}
    for salt, (name, size) in enumerate((("head_arc_ff", ARC), ("child_arc_ff", ARC), ("head_tag_ff", RELATION), ("child_tag_ff", RELATION))):  # fmt: skip
        made[f"{name}.0.weight"] = numbers((size, CONFIG["hidden_size"]), 20 + salt)
        made[f"{name}.0.bias"] = LARGE + numbers((size,), 30 + salt)
    made["arc_attention.weight"] = numbers((1, ARC + 1, ARC + 1), 40)
    made["arc_attention.bias"] = numbers((1,), 41)
    made["tag_bilinear.weight"] = numbers((RELATIONS, RELATION, RELATION), 42)
    made["tag_bilinear.bias"] = numbers((RELATIONS,), 43)
    made["classifier.weight"] = numbers((TAGS, CONFIG["hidden_size"]), 44)
    made["classifier.bias"] = numbers((TAGS,), 45)
    return made


def energies() -> list[np.ndarray]:
    """Grids of positive scores, [head, dependent], of which the root's lie far below the words'."""
    grids = [numbers((6, 6), 60 + salt).double().exp().numpy() for salt in range(8)]
    for grid in grids:
        grid[0, :] *= 0.01
        grid[0, 1 + int(grid[0, 1:].argmax())] += 0.3
    return grids


def authors(folder: Path) -> None:
    """Let that code be imported, with empty shells for what it is not asked for."""
    sys.path.insert(0, str(folder / "src"))

    class Module(torch.nn.Module):
        def save_hyperparameters(self, hparams: Any) -> None:
            self.hparams = hparams

    def shell(name: str, **held: Any) -> None:
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(held)

    shell("pytorch_lightning", LightningModule=Module, seed_everything=torch.manual_seed)
    shell("model", __path__=[str(folder / "src" / "model")])
    kinds = [{"nb_labels": RELATIONS, "nb_pos_tags": 1}, {"nb_labels": TAGS}, {"nb_labels": TAGS}, {"nb_labels": TAGS}]  # fmt: skip
    names = ("ParsingDataset", "UdPOS", "ConllNER", "WikiAnnNER")
    sets = {
        name: type(name, (), {"get_labels": list, "get_pos_tags": list} | {key: staticmethod(lambda n=n: n) for key, n in own.items()})
        for name, own in zip(names, kinds, strict=True)
    }  # fmt: skip
    shell("dataset", LABEL_PAD_ID=-1, Dataset=object, __path__=[], **sets)
    shell("dataset.base", Dataset=object)
    shell("metric", Metric=object, convert_bio_to_spans=None, **dict.fromkeys(("ParsingMetric", "NERMetric", "POSMetric"), lambda *_: types.SimpleNamespace()))  # fmt: skip
    tree = ast.parse((folder / "src" / "util.py").read_text(encoding="utf-8"))
    wanted = {"freeze", "masked_log_softmax", "str2bool"}
    tree.body = [own for own in tree.body if isinstance(own, ast.FunctionDef) and own.name in wanted]  # fmt: skip
    names: dict[str, Any] = {"torch": torch, "F": torch.nn.functional}
    exec(compile(tree, "util.py", "exec"), names)
    shell("util", **{name: names[name] for name in wanted})


def made(kind: Any, folder: Path, task: str, freeze: int) -> Any:
    """One of that code's models on the tiny BERT."""
    hparams = types.SimpleNamespace(
        seed=0, pretrain=str(folder), freeze_layer=freeze, mapping="", projector="id", input_dropout=0.0,
        weighted_feature=False, feature_layer=-1, task=task, parser_use_pos=False, parser_use_predict_pos=False,
        parser_predict_pos=False, parser_arc_dim=ARC, parser_tag_dim=RELATION, parser_dropout=0.33, tagger_use_crf=False,
        trn_langs=[], val_langs=[], tst_langs=[],
    )  # fmt: skip
    model = kind(hparams).eval()
    own = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in head().items():
            if name in own:
                own[name].copy_(value)
    return model


def main() -> None:
    """Ask that code and keep what it says."""
    authors(Path(sys.argv[1]))
    base = importlib.import_module("model.base")
    parsing = importlib.import_module("model.dependency_parser")
    base.AutoTokenizer = types.SimpleNamespace(from_pretrained=lambda _: types.SimpleNamespace(pad_token_id=0))  # fmt: skip
    tagging = importlib.import_module("model.tagger").Tagger
    answers: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place, torch.no_grad():
        encoder().save_pretrained(place)
        answers["frozen"] = {}
        for freeze in (-1, 0, 1, 3):
            own = made(tagging, Path(place), "udpos", freeze).model.named_parameters()
            answers["frozen"][str(freeze)] = [name for name, p in own if not p.requires_grad]
        tagger = made(tagging, Path(place), "udpos", -1)
        loss, logs = tagger({"sent": IDS, "lang": ["en"] * 2, "labels": LABELS})
        answers["tags"] = {"loss": float(loss), "logs": logs[0, :3].tolist()}
        parser = made(parsing.DependencyParser, Path(place), "parsing", -1)
        batch = {
            "sent": IDS,
            "lang": ["en"] * 2,
            "heads": HEADS,
            "labels": LABELS,
            "pos_tags": LABELS,
        }
        _, over, below, arcs = parser(batch)
        mask = HEADS != -1
        logs = parsing.masked_log_softmax(arcs, mask)
        words = [own.nonzero()[:, 0] for own in mask]
        answers["arcs"] = [logs[k][own][:, own].tolist() for k, own in enumerate(words)]
        related = parser._get_head_tags(over, below, HEADS.clamp(min=0)).log_softmax(-1)
        answers["relations"] = [related[k][own].tolist() for k, own in enumerate(words)]
        told = [parser._construct_loss(over[k : k + 1], below[k : k + 1], arcs[k : k + 1], HEADS[k : k + 1], LABELS[k : k + 1], mask[k : k + 1]) for k in range(2)]  # fmt: skip
        answers["arc_loss"] = [float(arc) for arc, _ in told]
        decode = importlib.import_module("model.chu_liu_edmonds").decode_mst
        answers["trees"] = [decode(grid.copy(), 6, has_labels=False)[0][1:].tolist() for grid in energies()]  # fmt: skip
    text = json.dumps({"tools": {"crosslingual-nlp": "780f738"}, "answers": answers})
    (HERE / "crosslingual_nlp.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
