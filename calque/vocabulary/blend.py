"""Several mixtures, the better ones first."""

from collections.abc import Sequence

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.vocabulary.blending import first_known


@mixer
def blend(old: Vocabulary, new: Vocabulary, mixtures: Sequence[Mixture]) -> Mixture:
    """Take each row from the first mixture that knows the piece.

    mixtures: at least one, of these two vocabularies, the most trusted first: what links of parallel
              text say, then a lexicon, then the letters
    """
    return first_known(mixtures, old, new)
