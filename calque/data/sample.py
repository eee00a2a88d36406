"""A random sample of texts."""

import numpy as np

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Texts


@part
def sample(texts: Texts, *, most: int, seed: int = 0) -> Texts:
    """Draw so many texts, none twice, and keep their order; all of them where there are no more.

    most: how many, at least 1
    seed: draws them
    """
    if most < 1:
        raise BadSetting(f"data.sample: most must be at least 1, got {most}")
    if len(texts) <= most:
        return texts
    rows = np.random.default_rng(seed).choice(len(texts), most, replace=False)
    return texts.take(np.sort(rows))
