"""Trans-tokenization without parallel text: word pairs of a lexicon are the translations.

Source: Remy et al. 2024, "Trans-Tokenization and Cross-lingual Vocabulary Transfers", section 3,
https://arxiv.org/abs/2408.04303
"""

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.roles import mixer
from calque.values import Lexicon, Mixture, Vocabulary
from calque.vocabulary.rows import copies, mixed, shared
from calque.vocabulary.spreading import spread


@mixer(paper="remy-etal-2024-transtokenization")
def translated(
    old: Vocabulary,
    new: Vocabulary,
    lexicon: Lexicon,
    *,
    surface: float = 1.0,
    least: float = 0.0,
) -> Mixture:
    """Make each new piece of the old pieces of the words that its words translate to.

    The weight of an entry is how often it was counted: with the counts of an aligner this is what
    the authors' code does with its table, but for counts that it rounds down to whole numbers and
    up to 1. Weights are compared where a piece stands in several words, and with `surface`.

    lexicon: from words in the language of `old` to words in that of `new`. An entry of several
             words is cut word by word, and its pieces stand in their order
    surface: mass added between equal pieces of both vocabularies (names, numbers, punctuation)
    least:   entries with less weight are dropped; the paper takes 10 for counts of a large corpus
    """
    if surface < 0 or least < 0:
        raise BadSetting("vocabulary.translated: surface and least must not be negative")
    entries = [entry for entry in lexicon if entry[2] >= least]
    pairs = [(words_of(source, False), words_of(target, False)) for source, target, _ in entries]
    matrix = spread(pairs, [weight for *_, weight in entries], old, new)
    matrix = matrix + surface * copies(shared(old, new), len(old))
    return mixed(matrix, old, new)
