"""Pieces without a translation take those of pieces that are spelled alike.

Source: Remy et al. 2024, "Trans-Tokenization and Cross-lingual Vocabulary Transfers", the smoothing
of the authors' code, https://arxiv.org/abs/2408.04303
"""

from bisect import bisect_left
from collections.abc import Container, Sequence

import numpy as np
from scipy import sparse

from calque.errors import BadSetting
from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.blending import first_known
from calque.vocabulary.rows import mixed

_LAST = "\U0010ffff"


@mixer(paper="remy-etal-2024-transtokenization")
def spelled_alike(
    old: Vocabulary, new: Vocabulary, mixtures: Sequence[Mixture], *, begins: float = 2.0
) -> Mixture:
    """Fill unknown rows with those of known pieces that begin with the piece or are parts of it.

    Of the parts only those count that lie in no longer known part. Each neighbor gives its
    mixture, all alike, but that what begins a word in the old vocabulary counts `begins` times.
    Known rows stay as they are; pieces without a neighbor stay unknown.

    mixtures: at least one, as in `vocabulary.blend`; usually that of `vocabulary.transtokens`
    begins:   above 0; 1 takes all old pieces alike

    Unlike the authors' code, a row that was filled is no neighbor of the next, so that nothing
    depends on the order of pieces, and no weight is rounded.
    """
    if not 0 < begins < float("inf"):
        raise BadSetting(f"vocabulary.spelled_alike: begins must be above 0, got {begins}")
    known = first_known(mixtures, old, new)
    texts, has = new.texts, known.known.tolist()
    index = {text: k for k, text in enumerate(texts) if text and has[k]}
    order, sizes = sorted(index), sorted({len(text) for text in index}, reverse=True)
    cells = [
        (row, index[other])
        for row, text in enumerate(texts)
        if text and not has[row]
        for other in [*_longer(text, order), *_parts(text, index, sizes)]
    ]
    rows, columns = np.array(cells, dtype=int).reshape(-1, 2).T
    neighbors = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (len(new), len(new)))
    heavier = [begins if text.startswith(BEGINS) else 1.0 for text in old.readings]
    filled = neighbors @ known.matrix @ sparse.diags(heavier)
    return first_known([known, mixed(sparse.csr_matrix(filled), old, new)], old, new)


def _longer(text: str, order: list[str]) -> list[str]:
    """Of the sorted pieces, those that begin with the text."""
    return order[bisect_left(order, text) : bisect_left(order, text + _LAST)]


def _parts(text: str, index: Container[str], sizes: Sequence[int]) -> list[str]:
    """Known pieces within the text, but for those within a longer one; the longest first.

    sizes: lengths of the known pieces, falling
    """
    whole, reach = len(text), 0
    candidates: list[str] = []  # in no longer known part at their own place
    for start in range(whole):
        fits = (s for s in sizes if start + s <= whole and s < whole and start + s > reach)
        size = next((s for s in fits if text[start : start + s] in index), 0)
        if size:
            candidates.append(text[start : start + size])
            reach = start + size
    found, joined = [], ""
    for part in sorted(dict.fromkeys(candidates), key=len, reverse=True):
        if part not in joined:  # at another place it may lie in one
            found.append(part)
            joined += f"{part}{_LAST}"
    return found
