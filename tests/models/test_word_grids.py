import numpy as np
import pytest

from calque.models.align import align
from calque.models.piece_words import piece_words
from calque.models.word_grids import word_grids
from calque.models.words import words
from calque.values import Bitext
from calque.wordalign.any_link import any_link
from calque.wordalign.itermax import itermax

ROWS = [
    ("the nyumbani cat sees", "paka mdogo anaona"),
    ("", "paka"),
    ("the \u200b cat", "\u200b mbwa"),
    ("the cat sees nyumbani" + " the cat sees nyumbani" * 11, "犬 кошку" + " 犬 кошку" * 19),
]
BITEXT = Bitext.of(ROWS, tokenized=True)


@pytest.mark.parametrize("unit", ["word", "first"])
@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
def test_grids_compare_the_vectors_of_words(tiny, name, unit):
    pooling = "mean" if unit == "word" else "first"
    sides = [
        words(tiny(name), texts, layer=2, pooling=pooling)
        for texts in (BITEXT.sources, BITEXT.targets)
    ]
    dots = word_grids(BITEXT, tiny(name), layer=2, unit=unit, measure="dot")
    cosines = word_grids(BITEXT, tiny(name), layer=2, unit=unit)
    for x, y, dot, cosine in zip(*sides, dots, cosines, strict=True):
        bare = np.outer(np.abs(x).sum(axis=1) == 0, np.ones(len(y))) > 0
        bare |= np.abs(y).sum(axis=1) == 0

        def least(grid, bare=bare):  # what words without pieces get
            return np.where(bare, grid[~bare].min() if (~bare).any() else -1, grid)

        np.testing.assert_allclose(dot, least(x @ y.T), rtol=1e-4, atol=1e-4)
        lengths = np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1))
        expected = least(x @ y.T / np.where(lengths > 0, lengths, 1))
        np.testing.assert_allclose(cosine, expected, atol=1e-5)
        assert dot.dtype == cosine.dtype == np.float32


def test_centered_grids_by_hand(tiny):
    sides = [words(tiny("bert"), texts, layer=2) for texts in (BITEXT.sources, BITEXT.targets)]
    means = []
    for side in sides:
        rows = np.concatenate(side)
        means.append(rows[np.abs(rows).sum(axis=1) > 0].mean(axis=0))
    x, y = sides[0][0] - means[0], sides[1][0] - means[1]
    lengths = np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1))
    (found, *_) = word_grids(BITEXT, tiny("bert"), layer=2, measure="centered")
    np.testing.assert_allclose(found, x @ y.T / lengths, atol=1e-5)


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert", "gpt2"])
def test_the_chain_of_piece_grids_gives_the_links_of_align(tiny, name):
    grids = word_grids(BITEXT, tiny(name), unit="piece")
    sides = [piece_words(BITEXT, tiny(name), side=side) for side in ("source", "target")]
    chained = [any_link(itermax(g), s, t) for g, s, t in zip(grids, *sides, strict=True)]
    direct = align(BITEXT, tiny(name), pairer=itermax)
    for one, other in zip(chained, direct, strict=True):
        assert one.size == other.size
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_allclose(one.score, other.score, atol=1e-6)


def test_no_words_no_cells(tiny):
    assert [grid.shape for grid in word_grids(BITEXT, tiny("bert"))] == [
        (4, 3), (0, 1), (3, 2), (48, 40)
    ]  # fmt: skip
    assert word_grids(Bitext.of([]), tiny("bert")) == []
