"""Parsers: planted trees are learned, windows, words without pieces, folders that transformers loads, and what is refused."""

import json
import logging
from functools import partial

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file

from calque import synthetic
from calque.adaptation.apply import apply
from calque.adaptation.difference import difference
from calque.adaptation.lora import lora
from calque.adaptation.revert import revert
from calque.errors import BadFile, BadSetting, BadValue
from calque.evaluation.attachment import attachment
from calque.maths.arborescence import cycle
from calque.models import parsing
from calque.models.batches import encode
from calque.models.folder import open_model, open_tokenizer
from calque.models.fresh import fresh
from calque.models.graft import graft
from calque.models.predict import predict
from calque.models.snapshots import snapshots
from calque.models.sparse_tune import sparse_tune
from calque.models.tune import tune
from calque.models.tune_patch import tune_patch
from calque.models.whole import open_whole
from calque.values import Checkpoint, Labelled, Texts
from calque.values.checkpoint import PARSER
from calque.vocabulary.train import train as vocabulary

SMALL = {"batch_size": 16, "widths": (24, 12)}


def tree(words, heads, relations):
    return {"words": words.split(), "heads": heads, "relations": relations.split()}


ROWS = [
    tree("the cat sees the dog", [2, 3, 0, 5, 3], "det nsubj root det obj"),
    tree("a dog runs home", [2, 3, 0, 3], "det nsubj root advmod"),
    tree("runs", [0], "root"),
]


def few(*more):
    return Labelled.of([*ROWS, *more], "parse", "eng")


@pytest.fixture(scope="module")
def planted():
    """Trees of a synthetic language, a parser that has learned them, and other trees."""
    torch.set_num_threads(1)
    family = synthetic.family(seed=3)
    train = family.labelled("parse", "qaa", 150, 0)
    pieces = vocabulary(Texts.of([" ".join(row["words"]) for row in train], "qaa"), size=500)
    base = fresh(pieces, width=32, layers=1, longest=64)
    tuned = tune(base, train, train.take(range(30)), epochs=12, learning_rate=5e-3, **SMALL)
    return tuned, family.labelled("parse", "qaa", 60, 5)


def test_planted_trees_are_learned(planted):
    tuned, test = planted
    made, gold = predict(tuned, test), test.gold
    verbs = [row.index("0:root") + 1 for row in gold]
    flat = [
        [f"{0 if k + 1 == verb else verb}:x" for k in range(len(row))]
        for row, verb in zip(gold, verbs, strict=True)
    ]
    baseline = attachment(flat, gold, relations=False).value  # everything hangs from the verb
    assert attachment(made, gold, relations=False).value > baseline + 0.1
    assert attachment(made, gold).value > 0.6
    assert made.classes == test.labels
    np.testing.assert_allclose(made.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_every_sentence_gets_a_tree_with_one_root_by_that_relation(planted):
    tuned, test = planted
    for row in predict(tuned, test):
        heads = np.array([int(word.split(":")[0]) for word in row])
        assert (heads == 0).sum() == 1 and not len(cycle(heads))
        assert [word.endswith(":root") for word in row] == (heads == 0).tolist()


def test_the_folder_loads_as_a_body_with_the_head_beside(planted):
    tuned, _ = planted
    body = transformers.AutoModel.from_pretrained(tuned.folder)
    assert type(body).__name__ == "BertModel"
    stored = load_file(tuned.folder / PARSER)
    assert {name.split(".")[0] for name in stored} == {"classifier"}
    assert tuned.config["calque_widths"] == [24, 12]
    whole = open_whole(tuned)
    for name, tensor in body.state_dict().items():
        assert torch.equal(whole.base_model.state_dict()[name], tensor), name


def test_goes_on_from_its_head_and_can_be_averaged_and_grafted(planted):
    tuned, test = planted
    further = tune(tuned, test.take([0, 1, 2]), epochs=1, learning_rate=1e-6)
    classed = tune(further, Labelled.of([{"text": t, "label": t} for t in "ab"], "class"), epochs=1)
    assert not (classed.folder / PARSER).exists()  # the head of another task stays behind
    before, after = (load_file(one.folder / PARSER) for one in (tuned, further))
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, atol=1e-4, rtol=0)
    assert predict(further, test).labels == predict(tuned, test).labels
    made = graft(classed, tuned)
    for name, tensor in load_file(made.folder / PARSER).items():
        assert torch.equal(tensor, before[name])
    states = snapshots(tuned, test.take([0, 1, 2]), count=2, epochs=2)
    assert all((one.folder / PARSER).is_file() for one in states)
    others = tune(tuned, few(), epochs=1, **SMALL)  # other relations: another head
    assert others.config["id2label"]["0"] == "advmod"


def test_a_patch_carries_the_head(tiny):
    train = few()
    patch = tune_patch(
        tiny("bert"), train, patchers=[partial(lora, rank=2)], epochs=1, batch_size=4
    )
    made = predict(tiny("bert"), train, patch)
    assert [len(row) for row in made] == [5, 4, 1] and made.classes == train.labels
    assert {entry.kind for entry in patch.entries} == {"whole", "low_rank"}


@pytest.mark.parametrize("way", ["low-rank", "sparse", "whole"])
def test_a_patch_put_on_its_base_is_a_parser_like_any_other(tiny, way):
    """The head lies beside the body, where `predict` looks for it, and goes with the patch."""
    base = tiny("bert")
    if way == "low-rank":
        patch = tune_patch(base, few(), patchers=[lora], epochs=2, learning_rate=1e-2)
    elif way == "sparse":
        patch = sparse_tune(base, few(), count=0.05, epochs=2, learning_rate=1e-2)
    else:
        patch = difference(base, tune(base, few(), epochs=2, learning_rate=1e-3, **SMALL))
    made = apply(base, patch)
    assert {*load_file(made.folder / "model.safetensors")} == {
        *load_file(base.folder / "model.safetensors")
    }
    wanted, found = predict(base, few(), patch), predict(made, few())
    assert found.labels == wanted.labels
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-5)
    assert revert(made, patch).fingerprint() == base.fingerprint()


def test_windows_give_what_the_whole_sentence_gives(planted, monkeypatch):
    """A sentence that fits, read whole and in windows that overlap by half, has heads wherever both are seen."""
    tuned, test = planted
    model, tokenizer = open_model(tuned, "parse"), open_tokenizer(tuned)
    words = [word for row in list(test)[:3] for word in row["words"]]
    relations = test.labels
    for maximum, several in ((64, False), (16, True)):
        windows = encode(tokenizer, [words], maximum=maximum)
        assert (len(windows) > 1) == several
        heads, shares = parsing.parsed(model, windows, np.array([len(words)]), relations, 4096)
        assert (heads == 0).sum() == 1 and not len(cycle(heads))
        assert np.isfinite(shares[heads > 0][:, [r != "root" for r in relations]]).all()


def test_a_head_outside_the_window_is_not_learned(tiny):
    words = ["cat"] * 60
    heads = [0, *[1] * 59]
    long = Labelled.of([{"words": words, "heads": heads, "relations": ["a"] * 60}], "parse")
    windows = encode(open_tokenizer(tiny("bert")), [words], maximum=40)
    targets = parsing.parse_targets(windows, long, ["a"])
    assert len(windows) > 1
    assert (targets[0][0] >= 0).sum() == 38  # all that the first window holds
    assert (targets[-1] == parsing.NONE).all()


@pytest.mark.parametrize("name", ["xlmr", "distilbert", "deberta", "modernbert"])
def test_families_train_and_predict_any_text(tiny, name):
    odd = [["\u200b"], ["\u200b", "cat"], [], ["🙂", "الكلب", "ไทย", "e\u0301"], ["cat"] * 70]
    rows = [{"words": w, "heads": None, "relations": None} for w in odd]
    tuned = tune(tiny(name), few(), epochs=1, **SMALL)
    made = predict(tuned, Labelled.of(rows, "parse"))
    assert [len(row) for row in made] == [len(words) for words in odd]
    assert all(sum(w.startswith("0:") for w in row) == 1 for row in made if row)
    assert transformers.AutoModel.from_pretrained(tuned.folder) is not None


def test_words_without_pieces_hang_from_the_root_word(tiny, caplog):
    tuned = tune(tiny("bert"), few(), epochs=1, **SMALL)
    rows = [{"words": ["\u200b", "cat", "\u200b"]}, {"words": ["\u200b", "\u200b"]}]
    with caplog.at_level(logging.WARNING):
        made = predict(tuned, Labelled.of(rows, "parse"))
    assert made[0][1] == "0:root"
    assert [word.split(":")[0] for word in made[0]] == ["2", "0", "2"]
    assert [word.split(":")[0] for word in made[1]] == ["0", "1"] and made[1][0] == "0:root"
    assert (made.probabilities.sum(axis=1) > 0).tolist() == [False, True, False, False, False]
    assert "4 words without pieces hang from the root's word" in caplog.text


def test_trees_that_are_none_are_counted_and_heads_outside_refused(tiny, caplog):
    strange = [
        tree("cat runs home", [2, 1, 0], "a a root"),
        tree("cat runs", [0, 0], "root root"),
        tree("cat runs", [2, 1], "a a"),
    ]
    with caplog.at_level(logging.WARNING):
        tune(tiny("bert"), few(*strange), epochs=1, **SMALL)
    assert (
        "train: 3 sentences are no trees (2 with a cycle, 1 with several roots), the first is row 3"
        in caplog.text
    )

    def refused(message, train, dev=None, kind=BadValue, **settings):
        with pytest.raises(kind, match=message):
            tune(tiny("bert"), train, dev, **settings)

    outside = tree("cat runs", [3, 0], "a root")
    refused(r"row 3 of train: word 1 has the head 3; a sentence of 2 words", few(outside))
    refused(r"row 3 of dev: word 1 has the head 3", few(), few(outside))
    blank = {"words": ["cat"], "heads": None, "relations": None}
    refused("1 rows of train have no 'heads', the first is row 3", few(blank))
    refused(r"dev has labels that train lacks: 'a'", few(), few(*strange[:1]))
    refused("two positive numbers", few(), kind=BadSetting, widths=(0, 5))


def test_a_parser_without_its_head_is_refused(planted, tmp_path):
    tuned, test = planted
    for path in tuned.folder.iterdir():
        if path.name != PARSER:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(BadFile, match=r"no parser\.safetensors"):
        predict(Checkpoint(tmp_path), test)
    (tmp_path / PARSER).write_bytes((tuned.folder / PARSER).read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"calque_widths": [24, 13]}))
    with pytest.raises(BadFile, match="not the head that"):
        predict(Checkpoint(tmp_path), test)
