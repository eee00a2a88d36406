import numpy as np

from calque.maths.offset import offset


def test_a_planted_offset_is_found_and_brings_translations_together():
    """Two languages with the same meanings, one of them moved: noise and unequal numbers aside, it comes back."""
    random = np.random.default_rng(3)
    meanings = random.normal(size=(2000, 16))
    planted = random.normal(size=16) * 5
    source = meanings + random.normal(size=meanings.shape) * 0.1
    target = meanings - planted + random.normal(size=meanings.shape) * 0.1
    found = offset(source[:1500], target[500:])
    assert np.abs(found - planted).max() < 0.25

    def met(vectors):
        distances = ((source[:200, None] - vectors[None, :200]) ** 2).sum(-1)
        return (distances.argmin(axis=1) == np.arange(200)).mean()

    assert met(target) < 0.3 and met(target + found) > 0.99


def test_the_means_meet_exactly():
    random = np.random.default_rng(0)
    one, other = random.normal(size=(7, 3)), random.normal(size=(11, 3)) + 4
    moved = other + offset(one, other)
    np.testing.assert_allclose(moved.mean(axis=0), one.mean(axis=0))
