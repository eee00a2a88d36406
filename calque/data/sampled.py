"""Texts of several languages, each drawn by its share."""

import logging
from collections.abc import Callable

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts

log = logging.getLogger(__name__)


@part
def sampled(
    texts: list[Texts], *, sampler: Callable[..., np.ndarray], most: int, seed: int = 0
) -> list[Texts]:
    """Draw so many texts in all, of each language its share; `data.pooled` makes them one.

    A language with fewer texts than its share gives all of them, again and again, and the rest at random: no
    text is drawn two times more than another of its language.

    texts:   of each language
    sampler: a part with the role sampler, called with the numbers of texts: `objectives.temperature`
    most:    how many texts come out, at least 1; none where there are none
    seed:    draws the texts that are drawn once more than others
    """
    if most < 1:
        raise BadSetting(f"data.sampled: most must be at least 1, got {most}")
    sizes = np.array([len(one) for one in texts], dtype=int)
    shares = np.asarray(sampler(sizes), dtype=float)
    if shares.shape != sizes.shape or (shares < 0).any() or (shares[sizes == 0] > 0).any():
        raise BadValue(
            f"data.sampled: for sizes {sizes.tolist()} the sampler gave shares {shares.tolist()}"
        )
    ends = np.rint(np.cumsum(shares) * most).astype(int)  # so that counts add up to the whole
    counts = np.diff(ends, prepend=0)
    generator = np.random.default_rng(seed)
    drawn = [
        one.take(_rows(len(one), int(count), generator))
        for one, count in zip(texts, counts, strict=True)
    ]
    told = zip(texts, counts, sizes, strict=True)
    log.info("drawn: %s", ", ".join(f"{one.language} {n} of {size}" for one, n, size in told))
    return drawn


def _rows(size: int, count: int, generator: np.random.Generator) -> np.ndarray:
    """So many rows, each as often as any other or once more, in their order."""
    whole, rest = divmod(count, size) if size else (0, 0)
    more = generator.choice(size, rest, replace=False)
    return np.sort(np.concatenate([np.tile(np.arange(size), whole), more]))
