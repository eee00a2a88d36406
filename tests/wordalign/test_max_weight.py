"""Maximum-weight matching: by hand, and against all matchings there are."""

from itertools import permutations

import numpy as np

from calque.wordalign.max_weight import max_weight


def test_by_hand():
    scores = [
        [0.9, 0.1, 0.2, 0.3, 0.1],
        [0.2, 0.8, 0.75, 0.1, 0.2],
        [0.1, 0.7, 0.3, 0.2, 0.1],
        [0.3, 0.2, 0.1, 0.6, 0.55],
    ]
    links = max_weight(np.array(scores))
    # (1,1) is given up: .75 + .7 is more than .8 + .3
    assert links.pairs.tolist() == [[0, 0], [1, 2], [2, 1], [3, 3]]
    assert links.score.tolist() == [0.9, 0.75, 0.7, 0.6]


def test_no_other_matching_of_the_shorter_side_weighs_more():
    for grid in np.random.default_rng(0).normal(size=(20, 4, 6)):
        for seen in (grid, grid.T):
            links = max_weight(seen)
            assert len(links) == 4
            best = max(grid[np.arange(4), list(p)].sum() for p in permutations(range(6), 4))
            np.testing.assert_allclose(links.score.sum(), best)
