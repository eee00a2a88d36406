"""Links from a model of marked words: the same in any batches, and for any input."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from golden import binary_align

from calque.errors import BadFile, BadSetting
from calque.models.align_binary import align_binary
from calque.models.tune_binary import tune_binary
from calque.values import Bitext, Links

torch.set_num_threads(1)
THEIRS = json.loads(Path(binary_align.__file__).with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trained(tiny, drawn):
    bitext = drawn(4)
    links = [Links(np.array([[0, 0]]), (len(x.split()), len(y.split()))) for x, y in bitext]
    return tune_binary(tiny("bert"), bitext, links, epochs=1)


def test_batches_change_nothing(trained, drawn):
    bitext = drawn(12)
    whole = align_binary(bitext, trained, above=0.0)
    for row, links in enumerate(whole):
        (alone,) = align_binary(bitext.take([row]), trained, above=0.0, tokens=1)
        assert alone.size == links.size and len(links) == links.size[0] * links.size[1]
        np.testing.assert_allclose(links.score, alone.score, rtol=1e-4, atol=1e-6)


def test_direction_does_not_matter(trained, drawn):
    bitext = drawn(5)
    for one, other in zip(
        align_binary(bitext, trained, above=0.0),
        align_binary(bitext.swapped, trained, above=0.0),
        strict=True,
    ):
        np.testing.assert_allclose(one.scores(), other.swapped.scores(), rtol=1e-4, atol=1e-6)


def test_a_higher_threshold_keeps_the_surest(trained, drawn):
    scores = np.concatenate([one.score for one in align_binary(drawn(5), trained, above=0.0)])
    high, low = np.quantile(scores, [0.8, 0.3])
    few, many = (align_binary(drawn(5), trained, above=float(above)) for above in (high, low))
    for one, other in zip(few, many, strict=True):
        assert {*map(tuple, one.pairs.tolist())} <= {*map(tuple, other.pairs.tolist())}
    assert sum(map(len, few)) == (scores > high).sum()
    assert sum(map(len, many)) == (scores > low).sum()
    assert 0 < sum(map(len, few)) < sum(map(len, many)) < len(scores)


def test_odd_pairs(trained):
    rows = [("", "cat"), ("\u200b dog", "Hund"), ("cat " * 60, "Hund " * 50), ("שלום", "الكلب")]
    found = align_binary(Bitext.of(rows, tokenized=True), trained, above=0.0)
    assert [one.size for one in found] == [(0, 1), (2, 1), (60, 50), (1, 1)]
    assert found[1].pairs.tolist() == [[1, 0]]
    assert len(found[2]) == 3000 and np.isfinite(found[2].score).all()
    assert align_binary(Bitext.of([]), trained) == []


def test_what_makes_no_sense_is_refused(trained, tiny, drawn):
    with pytest.raises(BadSetting, match="above must lie in"):
        align_binary(drawn(2), trained, above=1.0)
    with pytest.raises(BadFile, match=r"models\.tune_binary"):
        align_binary(drawn(2), tiny("bert"))


def test_inputs_and_answers_are_those_of_the_authors_code():
    _, _, inputs, links = binary_align.begun()
    made = []
    for row in range(len(inputs)):
        windows = inputs.windows(np.array([row]))
        words = windows.words[0]
        linked = np.append(inputs.linked(row, links), False)
        made.append([windows.ids[0].tolist(), np.where(words >= 0, linked[words], -100).tolist()])
    assert sorted(made) == sorted(THEIRS["taught"])
    assert any(1 in labels for _, labels in made)


def test_links_are_those_of_the_authors_code():
    bitext = Bitext.of([row[:2] for row in binary_align.rows()], tokenized=True)
    found = align_binary(bitext, binary_align.checkpoint(), above=binary_align.ABOVE)
    assert [one.pairs.tolist() for one in found] == THEIRS["links"]
    cells = sum(m * n for m, n in (one.size for one in found))
    assert 0.2 * cells < sum(map(len, found)) < 0.8 * cells
