"""Text that is no language: words of random letters, frequent and rare ones, in an order of its own.

Source: nested pairs as in Papadimitriou and Jurafsky 2020, "Learning Music Helps You Read", section 3.2,
https://arxiv.org/abs/2004.14601
"""

import string

import numpy as np

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Texts

_OFFSET = 2.7  # of Zipf's law as Mandelbrot put it
_LENGTHS = (2, 8)  # letters of a word, all lengths as often


@part
def artificial(
    *,
    order: str = "nested",
    n: int = 1000,
    words: int = 16,
    lexemes: int = 500,
    opens: float = 0.5,
    seed: int = 0,
) -> Texts:
    """Draw n texts of random words, in one of two orders that no language has.

    order:   "nonsense": every word by itself, whatever stood before it. "nested": every word comes twice,
             the second time once all that was opened since is closed, like brackets
    words:   of each text; even where they are nested
    lexemes: how many different words there are; the frequent ones follow Zipf's law
    opens:   chance in (0, 1) that another word opens before the last one closes
    seed:    draws the words and the texts; the words are the same in both orders

    The language of the texts is "zxx", no linguistic content.
    """
    if order not in ("nested", "nonsense"):
        raise BadSetting(f"synthetic.artificial: no order '{order}'; there are: nested, nonsense")
    if min(n, words, lexemes) < 1 or not 0 < opens < 1 or (order == "nested" and words % 2):
        raise BadSetting(
            "synthetic.artificial: n, words and lexemes must be positive, words even where they are nested, "
            f"and opens in (0, 1); got {n}, {words}, {lexemes} and {opens}"
        )
    forms = _forms(lexemes, np.random.default_rng((seed, 0)))
    random = np.random.default_rng((seed, 1))
    weights = 1 / (np.arange(lexemes) + _OFFSET)
    drawn = random.choice(lexemes, size=(n, words), p=weights / weights.sum())
    if order == "nested":
        drawn = _nested(drawn, random.random((n, words)) < opens)
    return Texts.of([" ".join(row) for row in forms[drawn]], "zxx", tokenized=True)


def _forms(count: int, random: np.random.Generator) -> np.ndarray:
    """So many different words [v] of lower-case letters."""
    letters = np.array(list(string.ascii_lowercase))
    found: dict[str, None] = {}
    while len(found) < count:
        length = int(random.integers(_LENGTHS[0], _LENGTHS[1] + 1))
        found["".join(random.choice(letters, length))] = None
    return np.array(list(found))


def _nested(drawn: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """Words [n, w] of which each closes again, last opened first; all texts side by side."""
    n, words = drawn.shape
    rows, depth = np.arange(n), np.zeros(n, dtype=np.int64)
    open_, result = np.zeros((n, words // 2 + 1), dtype=np.int64), np.empty_like(drawn)
    for place in range(words):
        left = words - place
        # nothing is open: one must open; what is open fills the rest: one must close
        opens = (depth == 0) | (opening[:, place] & (depth < left))
        result[:, place] = np.where(opens, drawn[:, place], open_[rows, np.maximum(depth - 1, 0)])
        open_[rows[opens], depth[opens]] = drawn[opens, place]
        depth += np.where(opens, 1, -1)
    return result
