"""Random pieces or words to be guessed, as BERT does it.

Source: Devlin et al. 2019, section 3.1, "Task #1: Masked LM", https://arxiv.org/abs/1810.04805;
whole words: the note of 31 May 2019 in the README of google-research/bert.
"""

import numpy as np

from calque.errors import BadSetting
from calque.roles import masker

_HIDDEN, _REPLACED = 0.8, 0.1  # of the chosen pieces; the other tenth stays as it is


@masker(paper="devlin-etal-2019-bert")
def random_mask(
    ids: np.ndarray,
    words: np.ndarray,
    mask: int,
    drawable: np.ndarray,
    *,
    share: float = 0.15,
    whole_words: bool = False,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Choose pieces at random and put the mask, a random piece or what was there in their place.

    ids:      [b, l] integers  pieces
    words:    [b, l] integers  word that a piece belongs to; -1 for special pieces and padding
    mask:     id of the mask piece, which stands in 80 % of the chosen places
    drawable: [v] integers     ids that may be put in another 10 %; nothing special among them
    share:    of the ordinary pieces (words) that are chosen, in (0, 1]; each independently, and
              one at least where there are any
    whole_words: choose words, with all of their pieces

    Returns the inputs and the targets [b, l]: the id to be guessed, -100 where none is.
    """
    if not 0 < share <= 1:
        raise BadSetting(f"objectives.random_mask: share must lie in (0, 1], got {share}")
    generator = np.random.default_rng(seed)
    ordinary = words >= 0
    units = _units(words) if whole_words else np.arange(ids.size).reshape(ids.shape)
    draws = generator.random(ids.size)[units]
    draws = np.where(ordinary, draws, np.inf)
    chosen = draws < share
    if ordinary.any() and not chosen.any():
        chosen = draws == draws.min()
    kind = generator.random(ids.shape)
    others = generator.choice(drawable, size=ids.shape)
    inputs = np.where(chosen & (kind < _HIDDEN), mask, ids)
    swapped = chosen & (kind >= _HIDDEN) & (kind < _HIDDEN + _REPLACED)
    return np.where(swapped, others, inputs), np.where(chosen, ids, -100)


def _units(words: np.ndarray) -> np.ndarray:
    """Number [b, l] of the word of each piece, counted through all rows."""
    begins = np.ones(words.shape, dtype=bool)
    begins[:, 1:] = words[:, 1:] != words[:, :-1]
    return np.cumsum(begins).reshape(words.shape) - 1
