"""joiner: Links, Links -> Links. Makes one of the links found in either direction."""

import numpy as np

from calque.errors import BadValue
from calque.roles.base import Role
from calque.values import Links


def example(seed: int) -> tuple[Links, Links]:
    """Two random sets of scored links on one grid."""
    generator = np.random.default_rng(seed)
    m, n = generator.integers(1, 9, size=2)
    grids = [generator.random((m, n)) < 0.3 for _ in range(2)]
    one, other = (Links.from_grid(grid, generator.uniform(0.1, 1, (m, n))) for grid in grids)
    return one, other


def lies_between(part, forward, backward):
    """At least what both have (where scored), at most what either has."""
    joined = part(forward, backward).grid()
    both, either = forward.grid() & backward.grid(), forward.grid() | backward.grid()
    assert not (joined & ~either).any()
    assert not (both & ~joined).any()


def keeps_what_agrees(part, forward, backward):
    """Links joined with themselves stay the same."""
    joined = part(forward, forward)
    np.testing.assert_array_equal(joined.pairs, forward.pairs)
    np.testing.assert_allclose(joined.score, forward.score)


def joins_nothing(part, forward, backward):
    """No links on either side make no links, and of a pair too long to be linked no grid is laid out."""
    for size in (forward.size, (1 << 20, 1 << 20)):
        empty = Links(np.zeros((0, 2)), size)
        assert len(part(empty, empty)) == 0


def refuses_another_pair(part, forward, backward):
    """Links of another sentence pair are an error, not stretched."""
    m, n = forward.size
    other = Links(np.zeros((0, 2)), (m + 1, n))
    try:
        part(forward, other)
    except BadValue:
        return
    raise AssertionError("links on two grids were joined")


joiner = Role(
    "joiner",
    takes=("forward", "backward"),
    gives=Links,
    about="Makes one of the links found in either direction, both given source first.",
    example=example,
    laws=(lies_between, keeps_what_agrees, joins_nothing, refuses_another_pair),
)
