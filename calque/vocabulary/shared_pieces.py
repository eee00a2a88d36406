"""How much of a language a model's pieces have seen in another one.

Source: Wu and Dredze 2019, "Beto, Bentz, Becas: The Surprising Cross-Lingual Effectiveness of BERT", section 5.3,
https://arxiv.org/abs/1904.09077
"""

from calque.errors import BadValue
from calque.roles import part
from calque.values import Texts, Vocabulary


@part(paper="beto-bentz-becas")
def shared_pieces(vocabulary: Vocabulary, seen: Texts, unseen: Texts) -> float:
    """Measure which share, in [0, 1], of the different pieces of `unseen` occurs in `seen` too.

    seen:   the texts that labels were learned from
    unseen: those of another language

    Special pieces do not count, nor does the one for what is unknown.
    """
    sides = [
        {index for ids in vocabulary.cut([*texts]) for index in ids} - vocabulary.special_ids
        for texts in (seen, unseen)
    ]
    if not sides[1]:
        raise BadValue("vocabulary.shared_pieces: the texts of `unseen` have no pieces")
    return len(sides[0] & sides[1]) / len(sides[1])
