"""Copies of pieces begin with the rows of their originals."""

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.values.copied import originals as originals_of
from calque.vocabulary.rows import copies, mixed, shared


@mixer
def originals(old: Vocabulary, new: Vocabulary) -> Mixture:
    """Copy the row of every piece that both spell alike, and that of its original to each copy.

    For what `vocabulary.split` made of `old`: the model then says the same of every text as before,
    and the copies part ways as it learns.
    """
    origins = shared(old, new)
    for copy, (original, _) in originals_of(new).items():
        if origins[copy] < 0:
            origins[copy] = origins[original]
    return mixed(copies(origins, len(old)), old, new)
