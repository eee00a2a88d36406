"""A new piece is the mean of the old pieces that its text is cut into.

Source: Gee et al. 2022, "Fast Vocabulary Transfer for Language Model Compression",
https://aclanthology.org/2022.emnlp-industry.41; the initialization "Mean" of Yamaguchi et al. 2024,
https://arxiv.org/abs/2406.11477
"""

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.cutting import cut_pieces
from calque.vocabulary.rows import mixed, shared
from calque.vocabulary.spreading import means


@mixer(paper="gee-etal-2022-fast")
def merges(old: Vocabulary, new: Vocabulary) -> Mixture:
    """Copy pieces that both vocabularies have; make others the plain mean of the old pieces in them.

    What begins a word is cut as a word, what goes on inside one as the inside of a word, whatever
    marks (##, ▁, Ġ) either tokenizer uses. Unknown pieces do not count: a text of which the old
    tokenizer knows nothing stays unknown. Needs no text, no dictionary and no training; a piece that
    the old tokenizer cuts into letters has the mean of letters.
    """
    matrix = means(cut_pieces(old, new), len(old))
    return mixed(with_copies(matrix, shared(old, new)), old, new)
