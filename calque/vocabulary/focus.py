"""FOCUS: a new piece is the mixture of the shared pieces that occur in like company.

Source: Dobler and de Melo 2023, "FOCUS: Effective Embedding Initialization for Monolingual Specialization
of Multilingual Models", section 3, https://arxiv.org/abs/2305.14481
"""

import numpy as np

from calque.maths.neighbors import sparsest
from calque.roles import mixer
from calque.values import Mixture, Space, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.placed import placed, spread
from calque.vocabulary.rows import mixed, shared, shared_in_any_case, symbols


@mixer(paper="dobler-demelo-2023-focus")
def focus(
    old: Vocabulary,
    new: Vocabulary,
    new_vectors: Space,
    *,
    fuzzy: bool = False,
    match_symbols: bool = False,
) -> Mixture:
    """Copy the pieces that both vocabularies share and mix each other one from those, by sparsemax of cosines.

    All shared pieces that have a vector are anchors; sparsemax gives most of them exactly 0. A new piece
    without a vector is unknown. Unlike the authors' code, special pieces go by their role and are no
    anchors.

    new_vectors:   [n, d] named by pieces of `new`, as a rule of `vocabulary.static_pieces`; an extended
                   vocabulary whose vectors are of the added language's text has its anchors there too
    fuzzy:         pieces are shared that differ in case, or in whether they begin a word
    match_symbols: digits and punctuation are, whether or not they begin a word
    """
    origins = shared(old, new)
    if fuzzy or match_symbols:
        loose = shared_in_any_case(old, new, marks=False)
        allowed = np.ones(len(loose), dtype=bool) if fuzzy else symbols(new)
        origins = np.where((origins < 0) & allowed, loose, origins)
    rows, vectors = placed(new_vectors, new, "vocabulary.focus")
    known = origins[rows] >= 0
    weights = sparsest(vectors[~known], vectors[known])
    near = spread(weights, rows[~known], origins[rows[known]], (len(new), len(old)))
    return mixed(with_copies(near, origins), old, new)
