"""Pieces that both vocabularies have keep their rows."""

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.vocabulary.rows import copies, mixed, shared


@mixer
def surface(old: Vocabulary, new: Vocabulary) -> Mixture:
    """Copy the row of every piece that both vocabularies spell alike; all others stay unknown.

    Pieces are compared with one mark for the beginning of a word, whatever the tokenizers use.
    After a vocabulary was trimmed or extended this is the whole mixture: every piece that was kept
    keeps its row bit for bit.
    """
    return mixed(copies(shared(old, new), len(old)), old, new)
