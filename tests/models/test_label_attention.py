"""Attention from labels to words: by hand, learned from few examples, and a switch before made ones."""

import numpy as np
import pytest
import torch

from calque.data.trusted import trusted
from calque.errors import BadSetting, BadValue
from calque.models.label_attended import label_attended
from calque.models.label_attention import label_attention
from calque.models.words import words
from calque.values import Labelled, LabelReader, Predictions, Texts
from calque.workspace import working_in

NAMES = ("pet", "water", "place")
DESCRIBED = Labelled.of([{"text": name, "label": name} for name in NAMES], "class")


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def planted(count, seed, width=16):
    """Texts of noise with one word near a label's own direction; descriptions are near it less closely."""
    generator = np.random.default_rng(seed)
    keys = np.linalg.qr(np.random.default_rng(99).normal(size=(width, width)))[0][:3]
    labels = [NAMES[number % 3] for number in range(count)]
    texts = []
    for label in labels:
        states = generator.normal(size=(int(generator.integers(2, 9)), width)) * 0.25
        states[generator.integers(len(states))] += 2 * keys[NAMES.index(label)]
        texts.append(states.astype(np.float32))
    points = [key[None] + generator.normal(size=(2, width)) * 0.2 for key in keys]
    return texts, labels, points


def right(reader, texts, labels):
    return np.mean([a == b for a, b in zip(label_attended(reader, texts), labels, strict=True)])


def test_by_hand():
    """One head, two labels along the axes: what a label sees is the mean of words by their exponents."""
    one = np.eye(2)
    reader = LabelReader(("a", "b"), np.array([[2.0, 0], [0, 1.0]]), one, one, one, np.zeros(2), 1)
    text = np.array([[1.0, 0], [0, 1.0]])
    of_a = np.exp(np.array([2, 0]) / np.sqrt(2))
    of_b = np.exp(np.array([0, 1]) / np.sqrt(2))
    logits = np.array([2 * of_a[0] / of_a.sum(), of_b[1] / of_b.sum()]) / np.sqrt(2)
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(reader([text])[0], expected, rtol=1e-12)
    np.testing.assert_allclose(reader([np.zeros((0, 2))])[0], [0.5, 0.5])


def test_batches_and_the_value_compute_the_same():
    texts, labels, points = planted(12, seed=0)
    reader = label_attention(texts, labels, DESCRIBED, points, width=8, heads=2, epochs=3)
    from calque.models.label_attention import _Network

    network = _Network(torch.from_numpy(reader.points).float(), 8, 2)
    with torch.no_grad():
        for name in ("query", "key", "value", "weights"):
            getattr(network, name).copy_(torch.from_numpy(getattr(reader, name)))
        padded = torch.nn.utils.rnn.pad_sequence(
            [torch.from_numpy(t) for t in texts], batch_first=True
        )
        mask = torch.arange(padded.shape[1])[None] < torch.tensor([len(t) for t in texts])[:, None]
        made = network(padded, mask).softmax(-1).numpy()
    np.testing.assert_allclose(reader(texts), made, rtol=1e-3, atol=1e-4)


def test_few_examples_do_and_their_descriptions_help():
    texts, labels, points = planted(12, seed=0)
    unseen, gold, _ = planted(90, seed=1)
    learned = label_attention(
        texts, labels, DESCRIBED, points, width=16, epochs=80, learning_rate=2e-2
    )
    shuffled = label_attention(
        texts, labels, DESCRIBED, points[1:] + points[:1], width=16, epochs=1
    )
    untouched = label_attention(
        texts, labels, DESCRIBED, points, width=16, epochs=1, learning_rate=1e-9
    )
    assert right(learned, unseen, gold) > 0.9
    assert right(untouched, unseen, gold) > 0.6 > right(shuffled, unseen, gold)


def test_the_model_gives_states_and_takes_nothing_back(tiny):
    """A body that is asked for a gradient, or is changed, would show."""
    body = tiny("bert")
    before = body.fingerprint()
    texts = Texts.of(["the cat", "a river", "the house"])
    states = words(body, texts)
    assert all(type(each) is np.ndarray for each in states)
    label_attention(states, NAMES, DESCRIBED, states, width=8, epochs=2)
    assert body.fingerprint() == before


def test_the_switch_drops_what_was_made_badly():
    """A quarter of what a generator made has another label than it should."""
    texts, labels, points = planted(12, seed=0)
    judge = label_attention(
        texts, labels, DESCRIBED, points, width=16, epochs=80, learning_rate=2e-2
    )
    made, gold, _ = planted(90, seed=2)
    claimed = [NAMES[(NAMES.index(g) + (row % 4 == 0)) % 3] for row, g in enumerate(gold)]
    rows = [{"text": str(row), "label": label} for row, label in enumerate(claimed)]
    kept = trusted(Labelled.of(rows, "class"), label_attended(judge, made), least=0.5)
    good = [claimed[int(row["text"])] == gold[int(row["text"])] for row in kept]
    assert np.mean(good) > 0.95 and sum(good) > 60
    with pytest.raises(BadSetting, match="least must lie in"):
        trusted(kept, label_attended(judge, made), least=2)
    with pytest.raises(BadValue, match="1 predictions without probabilities for"):
        trusted(kept, Predictions(("pet",)))


def test_what_does_not_fit_is_told():
    texts, labels, points = planted(6, seed=0)
    with pytest.raises(BadSetting, match="multiple of heads"):
        label_attention(texts, labels, DESCRIBED, points, width=9, heads=2)
    with pytest.raises(BadValue, match="no description of 'car'"):
        label_attention(texts, ["car", *labels[1:]], DESCRIBED, points)
    with pytest.raises(BadValue, match="description of 'water' has no words"):
        label_attention(texts, labels, DESCRIBED, [points[0], points[1][:0], points[2]])
    with pytest.raises(BadValue, match="do not fit each other"):
        LabelReader(("a",), np.zeros((2, 2)), np.eye(2), np.eye(2), np.eye(2), np.zeros(2), 1)
