"""How much is hidden, with what, and in which units."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.objectives.random_mask import random_mask

DRAWABLE = np.arange(1000, 60000)  # so many that a random piece is hardly ever the right one


def rows(b=200, length=300, per_word=3):
    ids = np.random.default_rng(0).integers(1000, 60000, (b, length))
    words = np.tile(np.arange(length) // per_word, (b, 1))
    words[:, 0] = words[:, -1] = -1
    return ids, words


@pytest.mark.parametrize("whole", [False, True])
def test_proportions(whole):
    ids, words = rows()
    inputs, targets = random_mask(ids, words, 7, DRAWABLE, whole_words=whole)
    asked = targets != -100
    count = (words >= 0).sum()
    # three standard deviations; pieces of a word go together, so that a third as many count
    bound = 3 * np.sqrt(0.15 * 0.85 / (count / (3 if whole else 1)))
    assert asked.sum() / count == pytest.approx(0.15, abs=bound)
    many = asked.sum()
    hidden, same = inputs[asked] == 7, inputs[asked] == ids[asked]
    assert hidden.mean() == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / many))
    assert same.mean() == pytest.approx(0.1, abs=3 * np.sqrt(0.1 * 0.9 / many))
    drawn = inputs[asked][~hidden & ~same]
    assert drawn.min() >= 1000 and np.unique(drawn).size > 0.9 * drawn.size


def test_whole_words_are_chosen_whole():
    ids, words = rows(20, 61)
    _, targets = random_mask(ids, words, 7, DRAWABLE, whole_words=True, share=0.3)
    asked = targets != -100
    for row in range(20):
        for word in range(words[row].max() + 1):
            assert asked[row, words[row] == word].mean() in (0, 1)
    _, targets = random_mask(ids, words, 7, DRAWABLE, share=0.3)
    asked = targets != -100
    assert any(0 < asked[row, words[row] == 5].mean() < 1 for row in range(20))


def test_words_of_the_same_number_in_neighboring_rows_are_two_words():
    ids = np.full((400, 1), 1000)
    _, targets = random_mask(ids, np.zeros_like(ids), 7, DRAWABLE, whole_words=True, share=0.5)
    assert 0.4 < (targets != -100).mean() < 0.6


def test_at_least_one_piece_is_asked_for():
    ids, words = np.array([[1, 1500, 2]]), np.array([[-1, 0, -1]])
    for seed in range(20):
        _, targets = random_mask(ids, words, 7, DRAWABLE, share=0.01, seed=seed)
        np.testing.assert_array_equal(targets, [[-100, 1500, -100]])


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_refuses(share):
    with pytest.raises(BadSetting, match="share must lie"):
        random_mask(*rows(2, 9), 7, DRAWABLE, share=share)
