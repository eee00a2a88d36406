"""Links of pieces as links of words: two words are linked where any of their pieces are.

Source: Jalili Sabet et al. 2020, section 2.2, "subword", https://arxiv.org/abs/2004.08728
"""

import numpy as np

from calque.errors import BadValue
from calque.maths.lifting import lifted
from calque.roles import part
from calque.values import Links


@part(paper="jalili-sabet-etal-2020-simalign")
def any_link(links: Links, source: Links, target: Links) -> Links:
    """Link two words where any piece of one is linked to any piece of the other.

    The score is the greatest among the pieces. A word without pieces stays unlinked.

    links:  between the pieces of one sentence pair
    source, target: each piece with its word, from `models.piece_words`
    """
    rows, columns = (_words(side, name) for side, name in ((source, "source"), (target, "target")))
    if links.size != (len(rows), len(columns)):
        raise BadValue(
            f"wordalign.any_link: links lie on a grid of {links.size} pieces, but source and target "
            f"have {len(rows)} and {len(columns)}; all three must be of one sentence pair"
        )
    pairs, score = lifted(links.pairs, links.score, rows, columns)
    return Links(pairs, (source.size[1], target.size[1]), score)


def _words(side: Links, name: str) -> np.ndarray:
    """[pieces] the word of each."""
    if not np.array_equal(side.pairs[:, 0], np.arange(side.size[0])):
        raise BadValue(
            f"wordalign.any_link: {name} must link each of its {side.size[0]} pieces to one word"
        )
    return side.pairs[:, 1]
