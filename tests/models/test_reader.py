"""Heads on bodies that stand still: what they are given is made once, and they learn the same."""

import pytest
import torch

import calque.models.choosing as choosing
from calque.models.folder import open_model
from calque.models.heads import with_head
from calque.models.parameters import training
from calque.models.reader import first_reader, read_once
from calque.models.supervised import supervised
from calque.models.tune import tune
from calque.values import Labelled

# patterns of the parameters above the body's states
HEADS = {
    "bert": "classifier|pooler",
    "xlmr": "classifier",
    "distilbert": "classifier",
    "deberta": "classifier|pooler",
    "modernbert": "classifier|^head",
}
WORDS = ["cat", "river", "house", "dog", "small"]


def examples(count=20, task="class"):
    rows = []
    for k in range(count):
        words = [WORDS[k % 5]] + ["the", "sees"] * (k % 4)
        if task == "tags":
            rows.append({"words": words, "tags": ["B-A", *["O"] * (len(words) - 1)]})
        else:
            rows.append({"text": " ".join(words), "label": "ab"[k % 2]})
    return Labelled.of(rows, task, "eng")


def no_dropout(model):
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    for name in ("attention_probs_dropout_prob", "hidden_dropout_prob", "attention_dropout"):
        if hasattr(model.config, name):
            setattr(model.config, name, 0.0)


@pytest.mark.parametrize("name", HEADS)
def test_states_read_once_teach_what_the_whole_body_teaches(tiny, name):
    train = examples()
    found = []
    for once in (True, False):
        task = supervised(tiny(name), train, seed=3)
        no_dropout(task.model)
        with training(task.model, HEADS[name], 1e-2):
            still = read_once(task.model, task.windows)
        assert still is not None and still.states.shape == (20, task.model.config.hidden_size)
        stream = task.stream(6, still if once else None)
        losses = choosing.run(
            task.model, [stream], epochs=3, learning_rate=1e-2, trains=HEADS[name], seed=3
        )
        found.append((losses["labels"], dict(task.model.named_parameters())))
    (ours, once), (whole, ordinary) = found
    torch.testing.assert_close(torch.tensor(ours), torch.tensor(whole), atol=2e-5, rtol=2e-5)
    assert whole[-1] != pytest.approx(whole[0], abs=1e-3)  # something was learned
    for key, tensor in once.items():
        torch.testing.assert_close(tensor, ordinary[key], atol=2e-4, rtol=1e-3)


def test_a_frozen_body_is_given_single_pieces(tiny, monkeypatch):
    widths = []
    kept = choosing.run

    def watch(model, streams, **settings):
        model.get_input_embeddings().register_forward_pre_hook(
            lambda _, given: widths.append(given[0].shape[1])
        )
        return kept(model, streams, **settings)

    monkeypatch.setattr(choosing, "run", watch)
    tune(tiny("bert"), examples(), epochs=2, trains=HEADS["bert"])
    assert widths and set(widths) == {1}
    widths.clear()
    tune(tiny("bert"), examples(), epochs=2)
    assert min(widths) > 1


@pytest.mark.parametrize(
    ("name", "task", "trains"),
    [
        ("bert", "class", ""),  # the body trains
        ("bert", "class", r"classifier|pooler|encoder\.layer\.1"),  # its last layer does
        ("bert", "tags", "classifier"),  # a state for each word
        ("gpt2", "class", "score"),  # the head reads every piece
    ],
)
def test_what_cannot_be_read_once(tiny, name, task, trains):
    made = supervised(tiny(name), examples(task=task), seed=0)
    with training(made.model, trains, 1e-3):
        assert read_once(made.model, made.windows) is None


def test_reading_leaves_no_hook_and_the_mode(tiny):
    model = with_head(tiny("bert"), "class", ["a", "b"], seed=0).train()
    task = supervised(tiny("bert"), examples(), seed=0)
    reader = first_reader(model)
    with training(model, HEADS["bert"], 1e-3):
        assert read_once(model, task.windows) is not None
        assert model.training
    assert reader is not None and not reader._forward_pre_hooks


def test_a_tuned_head_stays_the_same_on_plain_transformers(tiny):
    made = tune(tiny("bert"), examples(), epochs=3, learning_rate=1e-2, trains=HEADS["bert"])
    model = open_model(made, "class").eval()
    task = supervised(made, examples(), seed=0)
    with torch.inference_mode():
        still = read_once(model.requires_grad_(False), task.windows)
        assert still is not None
        pooler = model.bert.pooler
        logits = model.classifier(pooler.activation(pooler.dense(still.states)))
    right = (logits.argmax(-1) == torch.tensor([int(t) for t in task.targets])).float().mean()
    assert task.right(examples()) == pytest.approx(float(right))
