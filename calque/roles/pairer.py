"""pairer: similarity [m, n] -> Links. Decides which words go together."""

import numpy as np

from calque.roles._grids import grid_example, refuses_what_is_not_finite
from calque.roles.base import Role
from calque.values import Links


def stays_in_the_grid(part, similarity):
    """Links have the size of the grid, and scores that are finite."""
    links = part(similarity)
    assert links.size == similarity.shape
    assert np.isfinite(links.score).all()


def finds_clear_links(part, similarity):
    """Where every word of both sides has one far closer than all others, those are linked, as best."""
    n = len(similarity)
    generator = np.random.default_rng(n)
    clear = np.eye(n, dtype=bool)[generator.permutation(n)]
    links = part(np.where(clear, 0.9, generator.uniform(-0.2, 0.2, clear.shape)))
    found, scores = links.grid(), links.scores()
    assert found[clear].all()
    assert scores[clear].min() > scores[~clear].max(initial=0.0)


def ignores_row_order(part, similarity):
    """Source words in another order have the same links."""
    order = np.random.default_rng(0).permutation(len(similarity))
    links, moved = part(similarity), part(similarity[order])
    np.testing.assert_array_equal(moved.grid(), links.grid()[order])
    np.testing.assert_allclose(moved.scores(), links.scores()[order])


def is_deterministic(part, similarity):
    """The same grid gives the same links."""
    one, other = part(similarity), part(similarity)
    np.testing.assert_array_equal(one.pairs, other.pairs)
    np.testing.assert_array_equal(one.score, other.score)


def leaves_its_input_alone(part, similarity):
    """The grid stays as it is, and may be read-only."""
    before = similarity.copy()
    fixed = similarity.copy()
    fixed.flags.writeable = False
    part(fixed)
    part(similarity)
    np.testing.assert_array_equal(similarity, before)


def links_nothing_on_an_empty_side(part, similarity):
    """A sentence without words has no links."""
    for size in ((0, 3), (3, 0), (0, 0)):
        links = part(np.zeros(size))
        assert links.size == size and len(links) == 0


pairer = Role(
    "pairer",
    takes=("similarity",),
    gives=Links,
    about="Decides which words go together; scores each link by the grid it was given.",
    example=grid_example,
    laws=(
        stays_in_the_grid,
        finds_clear_links,
        ignores_row_order,
        is_deterministic,
        leaves_its_input_alone,
        links_nothing_on_an_empty_side,
        refuses_what_is_not_finite,
    ),
)
