"""Embeddings and links from pairs alone: losses by hand, symmetry, and planted links."""

import math

import numpy as np
import pytest
import torch
from planted import error, planted

from calque import part
from calque.errors import BadSetting
from calque.models.mirror_align import (
    _Embeddings,
    _numbered,
    _padded,
    mirror_align,
    occurrences,
)
from calque.models.pair_losses import ways_of
from calque.values import Bitext

torch.set_num_threads(1)


def test_attention_is_one_grid_seen_from_both_sides():
    torch.manual_seed(0)
    cosines = torch.rand(3, 4) * 2 - 1
    inside = torch.ones(3, dtype=torch.bool), torch.tensor([True, True, True, False])
    to_target, to_source = ways_of(cosines / 0.1, inside)
    torch.testing.assert_close(to_target[:, :3], (cosines[:, :3] / 0.1).softmax(1))
    torch.testing.assert_close(to_source[:, :3], (cosines[:, :3] / 0.1).softmax(0))
    assert not to_target[:, 3].any() and not to_source[:, 3].any()
    other_target, other_source = ways_of(cosines.T / 0.1, inside[::-1])
    torch.testing.assert_close(other_target, to_source.T)
    torch.testing.assert_close(other_source, to_target.T)


def test_vectors_begin_as_shared_sentences():
    sources = [np.array(row) for row in ([0, 1, 1], [0, 2], [0], [2, 3])]
    targets = [np.array(row) for row in ([1, 0], [1], [1], [2])]
    found = occurrences(sources, 20000, 5) @ occurrences(targets, 20000, 5).T
    # source words are in sentences 012, 0, 13, 3; target words in 0, 012, 3
    expected = [
        [1 / math.sqrt(3), 1, 0],
        [1, 1 / math.sqrt(3), 0],
        [0, 1 / math.sqrt(6), 1 / math.sqrt(2)],
        [0, 0, 1],
    ]
    np.testing.assert_allclose(found, expected, atol=0.03)


def test_vectors_of_many_sentences_are_summed_piece_by_piece(monkeypatch):
    generator = np.random.default_rng(0)
    rows = [generator.integers(0, 9, size) for size in (3, 0, 5, 2, 7)]
    whole = occurrences(rows, 6, 1)
    monkeypatch.setattr("calque.models.mirror_align._ROWS", 2)
    np.testing.assert_allclose(occurrences(rows, 6, 1), whole, rtol=1e-5)


def _plain_loss(first, second, pairs):
    """The contrast, word by word, with loops: words in `pairs` are rows of `first` and `second`."""
    losses = []
    for words, others, x, y in ((first, second, 0, 1), (second, first, 1, 0)):
        batch = [word for pair in pairs for word in pair[x]]
        told = []
        for pair in pairs:
            for word in pair[x]:
                chances = []
                for other in pair[y]:
                    raised = np.exp(words[batch] @ others[other] / 0.1)
                    chances.append(np.exp(words[word] @ others[other] / 0.1) / raised.sum())
                told.append(-np.log(np.mean(chances)))
        losses.append(np.mean(told))
    return np.mean(losses)


def test_the_loss_is_that_of_a_plain_loop():
    generator = np.random.default_rng(3)
    tables = [generator.normal(size=(count, 5)).astype(np.float32) for count in (4, 6)]
    model = _Embeddings(*tables, agreement=0.0)
    pairs = [([0, 1, 0], [5, 2]), ([3], [1, 0, 4, 3])]
    batch = [torch.tensor([[0, 1, 0], [3, -1, -1]]), torch.tensor([[5, 2, -1, -1], [1, 0, 4, 3]])]
    first, second = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in tables)
    found = float(model.loss(batch).detach())
    assert found == pytest.approx(_plain_loss(first, second, pairs), rel=1e-4)


def test_agreement_is_the_squared_difference_per_word():
    model = _Embeddings(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), agreement=2.0)
    told, apart = model.losses([torch.tensor([[0]]), torch.tensor([[0, 1]])])
    # one source word between both: attention e^10 : 1 one way, all of it the other
    p = 1 / (1 + math.exp(-10))
    assert float(apart.detach()) == pytest.approx(((p - 1) ** 2 + (1 - p - 1) ** 2) / 3, rel=1e-4)
    whole = model.loss([torch.tensor([[0]]), torch.tensor([[0, 1]])])
    torch.testing.assert_close(whole, told + 2.0 * apart)


def test_the_agreement_loss_brings_both_attentions_together():
    bitext, _ = planted(240)
    bitext = bitext.take(np.arange(64))
    sides = [_numbered(texts, bitext.tokenized) for texts in (bitext.sources, bitext.targets)]
    batch = [_padded(side) for side in sides]
    apart = {}
    for weight in (0.0, 10.0):
        model = _Embeddings(*(occurrences(side, 32, 0) for side in sides), agreement=weight)
        before = float(model.losses(batch)[1].detach())
        optimizer = torch.optim.Adam(model.parameters(), 5e-3)
        for _ in range(20):
            optimizer.zero_grad()
            model.loss(batch).backward()
            optimizer.step()
        apart[weight] = float(model.losses(batch)[1].detach())
    assert apart[10.0] < 0.7 * apart[0.0]
    assert apart[10.0] < 0.7 * before


def test_swapping_the_sides_transposes_the_links(monkeypatch):
    monkeypatch.setattr("calque.models.mirror_align._STEPS", 40)
    bitext, _ = planted(241)
    bitext = bitext.take(np.arange(60))
    swapped = Bitext.of([(y, x) for x, y in bitext], tokenized=bitext.tokenized)
    there, back = (mirror_align(one, width=32, above=0.0) for one in (bitext, swapped))
    for one, other in zip(there, back, strict=True):  # rounding grows with the steps
        np.testing.assert_allclose(one.scores(), other.scores().T, atol=0.02)


@pytest.mark.parametrize("seed", [240, 241])
def test_beats_ibm1_on_planted_links(seed):
    bitext, gold = planted(seed)
    found = error(mirror_align(bitext), gold)
    both = [part("wordalign.ibm1")(bitext, reverse=reverse) for reverse in (False, True)]
    join = part("wordalign.grow_diag_final_and")
    other = error([join(one, two) for one, two in zip(*both, strict=True)], gold)
    assert found < 8
    assert found < other - 2


def test_learns_from_random_vectors_too(monkeypatch):
    """Shared sentences say much of the planted links already: here all comes from the loss."""
    bitext, gold = planted(240)
    generator = np.random.default_rng(0)

    def random(rows, width, seed):
        count = 1 + max(int(row.max(initial=0)) for row in rows)
        return generator.normal(size=(count, width)).astype(np.float32)

    monkeypatch.setattr("calque.models.mirror_align.occurrences", random)
    rate = 0.1  # the vectors are longer than otherwise
    assert error(mirror_align(bitext, width=64, learning_rate=rate), gold) < 30
    monkeypatch.setattr("calque.models.mirror_align._STEPS", 1)
    assert error(mirror_align(bitext, width=64, learning_rate=1e-9, epochs=1), gold) > 80


def test_odd_pairs():
    rows = [("", "a"), ("b", ""), ("", "")]
    assert [one.size for one in mirror_align(Bitext.of(rows))] == [(0, 1), (1, 0), (0, 0)]
    rows += [("A a", "ä"), ("b", "a\u0308 x"), ("\u200b", "y")]
    found = mirror_align(Bitext.of(rows, tokenized=True))
    assert [one.size for one in found] == [(0, 1), (1, 0), (0, 0), (2, 1), (1, 2), (1, 1)]
    assert all(np.isfinite(one.score).all() for one in found)


def test_settings_that_make_no_sense_are_refused():
    for settings in ({"width": 0}, {"epochs": 0}, {"agreement": float("nan")}, {"above": 1.0}):
        with pytest.raises(BadSetting, match=r"models.mirror_align: width"):
            mirror_align(Bitext.of([("a", "b")]), **settings)
