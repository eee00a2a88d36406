import numpy as np
import pytest

from calque.models.batches import Windows
from calque.models.thinned import thinned


def windows(words):
    """Windows whose piece ids count on, so that each piece can be told."""
    ends = np.cumsum([len(w) for w in words])
    ids = [np.arange(end - len(w), end) for w, end in zip(words, ends, strict=True)]
    count = len(words)
    return Windows(
        ids=ids,
        types=[row % 2 for row in ids],
        words=[np.array(w) for w in words],
        start=np.arange(count),
        owner=np.arange(count),
        inputs=count,
        empty=[],
        maximum=64,
        pad=0,
    )


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_special_pieces_and_the_order_stay_and_the_share_goes(share):
    some = windows([[-1, *range(58), -1] for _ in range(200)])
    rows = np.arange(199, -1, -2)
    made = thinned(some, rows, share, np.random.default_rng(0))
    assert made.owner.tolist() == rows.tolist()
    for place, row in enumerate(rows):
        ids = made.ids[place]
        assert (np.diff(ids) > 0).all()
        assert ids[0] == some.ids[row][0]
        assert ids[-1] == some.ids[row][-1]
        assert (some.words[row][ids - some.ids[row][0]] == made.words[place]).all()
        assert (made.types[place] == ids % 2).all()
    left = sum(len(ids) - 2 for ids in made.ids) / (58 * len(rows))
    assert left == pytest.approx(1 - share, abs=0.02)


def test_never_all_pieces_go():
    some = windows([[0], [0, 1], []])
    made = thinned(some, np.arange(3), 0.999, np.random.default_rng(1))
    assert [len(ids) for ids in made.ids] == [1, 1, 0]
