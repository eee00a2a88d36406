"""Trans-tokenization: a new piece is the mixture of the old pieces that its words translate to.

Source: Remy et al. 2024, "Trans-Tokenization and Cross-lingual Vocabulary Transfers",
https://arxiv.org/abs/2408.04303, section 3
"""

from collections import defaultdict

from calque.errors import BadSetting, BadValue
from calque.languages.words import words_of
from calque.roles import mixer
from calque.values import Bitext, Links, Mixture, Texts, Vocabulary
from calque.vocabulary.rows import copies, mixed, shared
from calque.vocabulary.spreading import spread


@mixer(paper="remy-etal-2024-transtokenization")
def transtokens(
    old: Vocabulary,
    new: Vocabulary,
    bitext: Bitext,
    links: list[Links],
    also: Texts | None = None,
    *,
    surface: float = 1.0,
    least: float = 0.0,
) -> Mixture:
    """Carry word links over to the pieces of both tokenizers and count.

    The mass of a link is the score that its words gather over the whole text. Every piece of the new
    word has it whole: half is spread evenly over the pieces of the old word, half goes to those at
    the same place, first piece to first piece and so on. A word without pieces takes no part.
    Special pieces take the row of the same role.

    Unlike the authors' code, counts are real numbers and not rounded up to 1, and any aligner's
    links do.

    bitext:  source sentences in the language of `old`, target sentences in that of `new`
    links:   per pair, over the words of `calque.languages.words`; scores are taken as mass
    also:    texts of the source language that the new vocabulary is to read too: every word counts
             as its own translation
    surface: mass added between equal pieces of both vocabularies (names, numbers, punctuation)
    least:   word pairs that gather less mass than this are dropped
    """
    if len(links) != len(bitext):
        raise BadValue(f"vocabulary.transtokens: {len(bitext)} pairs, but links for {len(links)}")
    if surface < 0 or least < 0:
        raise BadSetting("vocabulary.transtokens: surface and least must not be negative")
    mass = _word_mass(bitext, links)
    for text in also or ():
        for word in words_of(text, bool(also and also.tokenized)):
            mass[word, word] += 1.0
    pairs = [(pair, weight) for pair, weight in mass.items() if weight >= least]
    words = [([source], [target]) for (source, target), _ in pairs]
    matrix = spread(words, [weight for _, weight in pairs], old, new)
    matrix = matrix + surface * copies(shared(old, new), len(old))
    return mixed(matrix, old, new)


def _word_mass(bitext: Bitext, links: list[Links]) -> dict[tuple[str, str], float]:
    mass: dict[tuple[str, str], float] = defaultdict(float)
    for (source, target), linked in zip(bitext, links, strict=True):
        sides = [words_of(text, bitext.tokenized) for text in (source, target)]
        if linked.size != (len(sides[0]), len(sides[1])):
            raise BadValue(
                f"vocabulary.transtokens: links of {linked.size[0]} by {linked.size[1]} words for a "
                f"pair of {len(sides[0])} by {len(sides[1])}"
            )
        for (i, j), score in zip(linked.pairs.tolist(), linked.score.tolist(), strict=True):
            mass[sides[0][i], sides[1][j]] += score
    return mass
