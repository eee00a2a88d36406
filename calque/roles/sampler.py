"""sampler: sizes [L] -> shares [L]. Says how much of what is drawn comes from each language."""

import numpy as np

from calque.roles.base import Role


def example(seed: int) -> tuple[np.ndarray]:
    """Six languages: two of one size, one of which there is nothing, one with a thousand times another's."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(1, 5000, 6)
    sizes[1], sizes[2], sizes[3] = sizes[0], 0, 1000 * sizes[4]
    return (sizes,)


def gives_shares(part, sizes):
    """One share each, none negative, together one."""
    shares = part(sizes)
    assert shares.shape == sizes.shape
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(), 1)


def draws_nothing_from_nothing(part, sizes):
    """A language without text has no share; where no language has any, no shares but zeros."""
    assert part(sizes)[sizes == 0].sum() == 0
    np.testing.assert_array_equal(part(0 * sizes), np.zeros(len(sizes)))
    assert part(sizes[:0]).shape == (0,)


def keeps_the_order_of_sizes(part, sizes):
    """More text never means a smaller share, equal amounts mean equal ones."""
    shares = part(sizes)
    by_size = np.argsort(sizes, kind="stable")
    assert (np.diff(shares[by_size]) >= -1e-12).all()
    np.testing.assert_allclose(shares[0], shares[1])


def ignores_the_order_of_languages(part, sizes):
    """Languages may come in any order."""
    np.testing.assert_allclose(part(sizes[::-1]), part(sizes)[::-1])


sampler = Role(
    "sampler",
    takes=("sizes",),
    gives=np.ndarray,
    about="Says how much of what is drawn comes from each language, from how much there is.",
    example=example,
    laws=(
        gives_shares,
        draws_nothing_from_nothing,
        keeps_the_order_of_sizes,
        ignores_the_order_of_languages,
    ),
)
