"""rescaler: similarity [m, n] -> similarity [m, n]. Corrects a grid, so that its cells compare fairly."""

import numpy as np

from calque.roles._grids import grid_example, refuses_what_is_not_finite
from calque.roles.base import Role


def keeps_the_shape(part, similarity):
    """As many cells as before, all finite; on constant, one-cell and empty grids too."""
    m, n = similarity.shape
    grids = [similarity, np.ones((m, n)), np.zeros((m, n)), np.full((1, 1), -0.5), np.eye(1, 9)]
    for grid in [*grids, np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((0, 0))]:
        rescaled = part(grid)
        assert rescaled.shape == grid.shape
        assert np.isfinite(rescaled).all()


def keeps_clear_partners(part, similarity):
    """Words that are far closer to each other than to all others stay so, in both directions."""
    n = len(similarity)
    noise = np.random.default_rng(n).uniform(-0.2, 0.2, (n, n))
    rescaled = part(np.where(np.eye(n, dtype=bool), 0.9, noise))
    np.testing.assert_array_equal(rescaled.argmax(axis=1), np.arange(n))
    np.testing.assert_array_equal(rescaled.argmax(axis=0), np.arange(n))


def is_deterministic(part, similarity):
    """The same grid gives the same grid."""
    np.testing.assert_array_equal(part(similarity), part(similarity))


def leaves_its_input_alone(part, similarity):
    """The grid stays as it is, also where what came out is changed afterwards."""
    before = similarity.copy()
    rescaled = part(similarity)
    rescaled += 1
    np.testing.assert_array_equal(similarity, before)


rescaler = Role(
    "rescaler",
    takes=("similarity",),
    gives=np.ndarray,
    about="Corrects a grid of similarities, so that its cells compare fairly; higher stays closer.",
    example=grid_example,
    laws=(
        keeps_the_shape,
        keeps_clear_partners,
        is_deterministic,
        leaves_its_input_alone,
        refuses_what_is_not_finite,
    ),
)
