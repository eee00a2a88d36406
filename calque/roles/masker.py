"""masker: ids [b, l], words [b, l], mask, drawable -> inputs [b, l], targets [b, l]. Hides pieces to be told."""

import numpy as np

from calque.roles.base import Role


def example(seed: int) -> tuple[np.ndarray, np.ndarray, int, np.ndarray]:
    """Forty rows of words of one to three pieces, between special pieces and padding."""
    generator = np.random.default_rng(seed)
    ids = np.full((40, 60), 0)
    words = np.full((40, 60), -1)
    for row in range(40):
        length = int(generator.integers(10, 58))
        starts = generator.random(length) < 0.6
        starts[0] = True
        ids[row, 0], ids[row, length + 1] = 1, 2
        ids[row, 1 : length + 1] = generator.integers(10, 100, length)
        words[row, 1 : length + 1] = np.cumsum(starts) - 1
    return ids, words, 3, np.arange(10, 100)


def tells_what_was_there(part, ids, words, mask, drawable):
    """A target is the piece that stood there; where there is none (-100), the input is as before."""
    inputs, targets = part(ids, words, mask, drawable)
    asked = targets != -100
    assert asked.any()
    np.testing.assert_array_equal(targets[asked], ids[asked])
    np.testing.assert_array_equal(inputs[~asked], ids[~asked])


def spares_special_pieces(part, ids, words, mask, drawable):
    """Nothing special is hidden, and nothing special but the mask is put anywhere."""
    inputs, targets = part(ids, words, mask, drawable)
    assert (targets[words < 0] == -100).all()
    changed = inputs != ids
    assert np.isin(inputs[changed], [mask, *drawable]).all()


def leaves_its_inputs_alone(part, ids, words, mask, drawable):
    """What it is given stays as it is."""
    before = ids.copy(), words.copy()
    part(ids, words, mask, drawable)
    np.testing.assert_array_equal(ids, before[0])
    np.testing.assert_array_equal(words, before[1])


def follows_its_seed(part, ids, words, mask, drawable):
    """The same seed hides the same pieces, another one others."""
    first, again, other = (part(ids, words, mask, drawable, seed=seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def takes_nothing(part, ids, words, mask, drawable):
    """Rows without any ordinary piece, and no rows at all, come back unchanged."""
    for some in (ids, ids[:0], ids[:, :0]):
        inputs, targets = part(some, np.full_like(some, -1), mask, drawable)
        np.testing.assert_array_equal(inputs, some)
        assert targets.shape == some.shape and (targets == -100).all()


masker = Role(
    "masker",
    takes=("ids", "words", "mask", "drawable"),
    gives=tuple,
    about="Hides pieces, and says which ones are to be told; has a setting `seed`.",
    example=example,
    laws=(
        tells_what_was_there,
        spares_special_pieces,
        leaves_its_inputs_alone,
        follows_its_seed,
        takes_nothing,
    ),
)
