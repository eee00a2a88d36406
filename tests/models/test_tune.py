"""Fine-tuning on planted labels, going on from a head, choosing an epoch, snapshots, grafts."""

import json
import logging

import numpy as np
import pytest
import torch
import transformers

from calque.adaptation.average import average
from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import head_names, open_model
from calque.models.graft import graft
from calque.models.heads import labels_of
from calque.models.predict import predict
from calque.models.running import Running, run_as
from calque.models.snapshots import snapshots
from calque.models.supervised import supervised
from calque.models.tune import tune
from calque.values import Labelled
from calque.workspace import working_in

FAST = {"learning_rate": 3e-3, "batch_size": 8}
FILLERS = ("the small sees in a to and home one two three four five").split()  # noqa: SIM905
torch.set_num_threads(1)


def sentence(generator, key, length=3):
    words = list(generator.choice(FILLERS, size=length))
    words.insert(int(generator.integers(length + 1)), key)
    return words


def classes(count=48, seed=0):
    """The label is named by one word among fillers."""
    generator, rows = np.random.default_rng(seed), []
    for number in range(count):
        label, key = [("pet", "cat"), ("water", "river"), ("place", "house")][number % 3]
        rows.append({"text": " ".join(sentence(generator, key)), "label": label})
    return Labelled.of(rows, "class", "eng")


def pairs(count=48, seed=0):
    """Whether the first text has the cat; the second text says nothing."""
    generator, rows = np.random.default_rng(seed), []
    for number in range(count):
        first = sentence(generator, ["cat", "dog"][number % 2])
        second = sentence(generator, "river")
        label = ["yes", "no"][number % 2]
        rows.append({"text": " ".join(first), "text_b": " ".join(second), "label": label})
    return Labelled.of(rows, "pair", "eng")


def tags(count=48, seed=0):
    """Cats and rivers are entities; words may have several pieces, or none."""
    generator, rows = np.random.default_rng(seed), []
    names = {"cat": "B-A", "river": "B-B"}
    for number in range(count):
        words = sentence(generator, ["cat", "river"][number % 2])
        rows.append({"words": words, "tags": [names.get(word, "O") for word in words]})
    rows.append({"words": [], "tags": []})
    rows.append({"words": ["\u200b", "cat"], "tags": ["O", "B-A"]})
    return Labelled.of(rows, "tags", "eng")


def right(checkpoint, examples):
    made = predict(checkpoint, examples).labels
    pairs = zip(made, examples.gold, strict=True)
    if examples.task == "tags":
        pairs = [cell for row, gold in pairs for cell in zip(row, gold, strict=True)]
    return np.mean([one == other for one, other in pairs])


def weights(checkpoint, kind="class"):
    return {name: p.detach() for name, p in open_model(checkpoint, kind).named_parameters()}


@pytest.mark.parametrize(
    ("name", "make", "epochs"),
    [("bert", classes, 12), ("bert", tags, 10), ("xlmr", pairs, 16), ("xlmr", tags, 20)],
)
def test_learns_planted_labels(tiny, name, make, epochs):
    tuned = tune(tiny(name), make(), epochs=epochs, **FAST)
    assert right(tuned, make(60, seed=1)) > 0.9
    assert labels_of(tuned) == make().labels


@pytest.mark.parametrize("name", ["distilbert", "deberta", "modernbert"])
def test_families_train_and_load_with_plain_transformers(tiny, name):
    tuned = tune(tiny(name), tags(8), epochs=1, batch_size=8)
    model = transformers.AutoModelForTokenClassification.from_pretrained(tuned.folder)
    assert model.config.id2label == {0: "B-A", 1: "B-B", 2: "O"}
    cutter = transformers.AutoTokenizer.from_pretrained(tuned.folder)
    assert model(**cutter("the cat sees", return_tensors="pt")).logits.shape[-1] == 3


def test_same_seed_same_folder(tiny):
    one, two = (tune(tiny("bert"), classes(12), epochs=2, seed=3, **FAST) for _ in range(2))
    assert one.fingerprint() == two.fingerprint()
    assert tune(tiny("bert"), classes(12), epochs=2, seed=4, **FAST).fingerprint() != (
        one.fingerprint()
    )


def test_goes_on_from_a_head_that_knows_the_labels(tiny):
    tuned = tune(tiny("bert"), classes(), epochs=12, **FAST)
    few = classes(6, seed=2).take([0, 1, 3, 4])  # two of the three labels
    further = tune(tuned, few, epochs=1, learning_rate=1e-5)
    assert labels_of(further) == labels_of(tuned)
    assert right(further, classes(60, seed=1)) > 0.9
    alike = torch.cosine_similarity(
        weights(further)["classifier.weight"].flatten(),
        weights(tuned)["classifier.weight"].flatten(),
        dim=0,
    )
    assert alike > 0.99
    others = Labelled.of([{"text": "a", "label": "x"}, {"text": "b", "label": "y"}], "class")
    assert labels_of(tune(tuned, others, epochs=1)) == ("x", "y")


def test_trains_the_head_alone(tiny):
    body = tiny("bert")
    tuned = tune(body, classes(12), epochs=1, trains="^classifier", **FAST)
    before = weights(body, "encoder")
    for name, tensor in weights(tuned).items():
        if name.startswith("bert.") and "pooler" not in name:
            assert torch.equal(tensor, before[name.removeprefix("bert.")]), name


def test_the_best_epoch_on_dev_is_kept(tiny, caplog):
    """No dev word is an entity, so that what is learned of them makes it worse."""
    train = tags(24)
    dev = Labelled.of([row | {"tags": ["O"] * len(row["words"])} for row in tags(24)], "tags")
    with caplog.at_level(logging.INFO):
        chosen = tune(tiny("bert"), train, dev, epochs=10, **FAST)
    shares = [
        float(record.getMessage().split(": ")[1].split()[0])
        for record in caplog.records
        if "of the dev labels" in record.getMessage()
    ]
    best = int(np.argmax(shares)) + 1
    assert len(shares) == 10 and shares[best - 1] > shares[-1] + 0.1
    assert f"epoch {best} is the best of 10" in caplog.text
    # the word without a piece is tagged O, which is right, but counts in `right` alone
    words = sum(len(row["words"]) for row in dev)
    assert right(chosen, dev) * words - 1 == pytest.approx(max(shares) * (words - 1), abs=0.01)
    assert right(chosen, train) < right(tune(tiny("bert"), train, epochs=10, **FAST), train)


def test_goes_on_after_a_kill_with_the_best_so_far(tiny, tmp_path, monkeypatch):
    from calque.models.supervised import Supervised

    settings = {"epochs": 4, **FAST}
    train, dev = classes(16), classes(12, seed=1)
    whole = tune(tiny("bert"), train, dev, **settings)
    true, calls = Supervised.right, []

    def counted(self, examples):
        calls.append(len(calls))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return true(self, examples)

    monkeypatch.setattr(Supervised, "right", counted)
    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        with pytest.raises(KeyboardInterrupt):
            tune(tiny("bert"), train, dev, **settings)
        again = tune(tiny("bert"), train, dev, **settings)
        assert len(calls) == 5  # the third and fourth epoch
        assert again.fingerprint() == whole.fingerprint()
        # the same folder serves other examples, with a state of their own
        other = tune(tiny("bert"), classes(16, seed=5), dev, **settings)
    assert other.fingerprint() != whole.fingerprint()


def test_long_texts_are_learned_in_windows(tiny):
    generator = np.random.default_rng(0)
    rows = []
    for number in range(12):
        text = " ".join(generator.choice(FILLERS, size=200))
        key = ["cat", "river"][number % 2]
        rows.append({"text": f"{text} {key} {text}", "label": key})
    tuned = tune(tiny("bert"), Labelled.of(rows, "class"), epochs=1)
    assert labels_of(tuned) == ("cat", "river")


def test_any_text_is_ordinary(tiny):
    odd = ["", "\u200b\u200d", "e\u0301" * 300, "שלום עולם", "🙂" * 50, "a\x00b", "\u202eabc"]
    rows = [{"text": text, "label": str(number % 2)} for number, text in enumerate(odd)]
    for name in ("bert", "xlmr", "modernbert"):
        tuned = tune(tiny(name), Labelled.of(rows, "class"), epochs=1)
        assert np.isfinite(predict(tuned, Labelled.of(rows, "class")).probabilities).all()


def test_what_cannot_be_learned(tiny):
    body, good = tiny("bert"), classes(6)

    def refused(message, *args, kind=BadValue, **settings):
        with pytest.raises(kind, match=message):
            tune(body, *args, **settings)

    refused("train has no examples", good.take([]))
    refused("at least two labels, it has: pet", good.take([0, 3]))
    missing = Labelled.of([*good, {"text": "a", "label": None}], "class")
    refused("1 rows of train have no 'label', the first is row 6", missing)
    strange = Labelled.of([{"text": "a", "label": "new"}] * 2 + list(good), "class")
    refused(r"dev has labels that train lacks: 'new' \(2 times\)", good, strange)
    refused("train has task 'class', dev 'tags'", good, tags(4))
    refused("dev has no examples", good, good.take([]))
    slots = Labelled.of([{"words": ["a"], "tags": ["O"], "label": "x"}], "slots")
    refused("cannot train task 'slots'", slots, kind=BadSetting)
    refused("batch_size must be at least 1", good, kind=BadSetting, batch_size=0)
    refused("'nowhere' is in no parameter", good, kind=BadSetting, trains="nowhere")
    unseen = Labelled.of([{"words": ["a"], "tags": ["B-Z"]}], "tags")
    refused(r"'B-Z' \(1 times\)", tags(6), unseen)


def test_snapshots_are_the_states_of_one_run_and_average_to_a_model(tiny):
    train = classes()
    settings = {"epochs": 12, **FAST}
    made = snapshots(tiny("bert"), train, count=4, **settings)
    assert len({one.fingerprint() for one in made}) == 4
    assert made[-1].fingerprint() == tune(tiny("bert"), train, **settings).fingerprint()
    shares = [right(one, train) for one in made]
    assert shares[-1] > max(0.9, shares[0])
    mean = average(made[1:])
    assert right(mean, classes(60, seed=1)) > 0.9
    expected = sum(weights(one)["classifier.weight"] for one in made[1:]) / 3
    torch.testing.assert_close(weights(mean)["classifier.weight"], expected)
    with pytest.raises(BadSetting, match="count must be"):
        snapshots(tiny("bert"), train, count=0)


def test_there_are_no_more_snapshots_than_steps(tiny, caplog):
    with caplog.at_level(logging.WARNING, "calque"):
        made = snapshots(tiny("bert"), classes(16), count=10, epochs=3, batch_size=16)
    assert len(made) == len({one.fingerprint() for one in made}) == 3
    assert "16 examples are 3 steps: so many snapshots, not 10" in caplog.text


def test_snapshots_survive_a_kill(tiny, tmp_path, monkeypatch):
    from calque.models.whole import Stored

    settings = {"count": 3, "epochs": 3, **FAST}
    expected = [one.fingerprint() for one in snapshots(tiny("bert"), classes(16), **settings)]
    true = Stored.write

    def dying(self, number):
        true(self, number)
        if number == 2:
            raise KeyboardInterrupt

    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        with monkeypatch.context() as patch:
            patch.setattr(Stored, "write", dying)
            with pytest.raises(KeyboardInterrupt):
                snapshots(tiny("bert"), classes(16), **settings)
        made = snapshots(tiny("bert"), classes(16), **settings)
    assert [one.fingerprint() for one in made] == expected


def test_graft_puts_a_head_on_another_body(tiny):
    tuned = tune(tiny("bert"), classes(12), epochs=1, **FAST)
    body = tune(tiny("bert"), tags(12), epochs=1, **FAST)
    made = graft(body, tuned)
    assert json.loads((made.folder / "config.json").read_text())["calque_task"] == "class"
    assert labels_of(made) == labels_of(tuned)
    own = weights(made)
    heads = head_names(open_model(tuned, "class"))
    assert heads == ["classifier.weight", "classifier.bias"]
    for name in heads:
        assert torch.equal(own[name], weights(tuned)[name])
    for name, tensor in weights(body, "tags").items():
        if name.startswith("bert."):
            assert torch.equal(own[name], tensor), name
    # between the states and the classifier, and trained with it
    for name in ("bert.pooler.dense.weight", "bert.pooler.dense.bias"):
        assert torch.equal(own[name], weights(tuned)[name])
        assert not torch.equal(own[name], weights(tiny("bert"), "encoder")[name[5:]])
    same = graft(tuned, tuned)
    for name, tensor in weights(tuned).items():
        assert torch.equal(weights(same)[name], tensor), name
    with pytest.raises(BadValue, match="are not those that"):
        graft(tiny("distilbert"), tuned)
    with pytest.raises(BadFile, match="no head"):
        graft(tuned, tiny("bert"))


def test_words_without_a_tag_teach_nothing(tiny):
    words = ["one", "two", "three", "four"]
    rows = [
        {"words": words, "tags": ["A", None, "B", None]},
        {"words": words[::-1], "tags": [None] * 4},
    ]
    task = supervised(tiny("bert"), Labelled.of(rows, "tags"), seed=0)
    asked = [target[target >= 0].tolist() for target in task.targets]
    assert asked == [[0, 1], []]
    full = Labelled.of([{"words": words, "tags": ["A", "A", "B", "B"]}], "tags")
    made = tune(tiny("bert"), Labelled.of(rows, "tags"), full, epochs=1)
    assert labels_of(made) == ("A", "B")
    assert 0 <= task.right(Labelled.of(rows, "tags")) <= 1
