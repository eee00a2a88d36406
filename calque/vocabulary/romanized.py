"""A new piece is made of the old pieces that romanize to it.

Source: Liu et al. 2024, "TransMI: A Framework to Create Strong Baselines from Multilingual Pretrained
Language Models for Transliterated Data", https://arxiv.org/abs/2405.09913, section 3
"""

import numpy as np
from scipy import sparse

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.romanizing import checked, likelihoods, origins
from calque.vocabulary.rows import copies, mixed, shared


@mixer(paper="liu-etal-2024-transmi")
def romanized(
    old: Vocabulary, new: Vocabulary, *, origin: str = "highest", rules: str = "und"
) -> Mixture:
    """Take the row of a piece from the old pieces that become it in Latin letters.

    Pieces that both vocabularies spell alike keep their row. Others stay unknown.

    The authors' code departs from its own words: for "highest" and "lowest" it takes the first and the
    last origin by id, whatever their scores, and where it says average it sums, so that rows grow with the
    number of origins.

    new:    for example of `vocabulary.transmi`
    origin: of several origins the one of the "highest" or "lowest" probability, or the "mean" of all. Of
            equals the one of lowest id. Pieces of a tokenizer without probabilities count as the less
            likely the higher their id
    rules:  the language whose own rules of romanization are used, ISO 639-3; "und" for none
    """
    checked("vocabulary.romanized", "origin", origin)
    scores = likelihoods(old)
    if origin == "lowest":
        scores = -scores
    found = origins(old, old.spelled, BEGINS, rules)
    kept = shared(old, new)
    rows: list[int] = []
    columns: list[int] = []
    for row, piece in enumerate(new.spelled):
        if kept[row] >= 0 or piece not in found:
            continue
        ids = found[piece]
        own = ids if origin == "mean" else [ids[int(np.argmax(scores[ids]))]]
        rows += [row] * len(own)
        columns += own
    shape = (len(new), len(old))
    made = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    return mixed(sparse.csr_matrix(made + copies(kept, len(old))), old, new)
