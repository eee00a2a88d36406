"""How finely and how evenly a tokenizer cuts text.

Source: fertility as in Rust et al. 2021, "How Good is Your Tokenizer?", section 3,
https://arxiv.org/abs/2012.15613; Rényi efficiency from Zouhar et al. 2023, "Tokenization and the
Noiseless Channel", section 4, https://arxiv.org/abs/2306.16842
"""

import numpy as np

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.maths.entropy import renyi
from calque.roles import part
from calque.values import Table, Texts, Vocabulary


@part
def fertility(vocabulary: Vocabulary, texts: Texts, *, alpha: float = 2.5) -> Table:
    """Measure how finely the tokenizer cuts `texts`, what it does not know, and how even its use is.

    One row: `words`, `pieces`, `pieces_per_word`, `pieces_per_sentence`, `characters_per_piece`;
    `unknown`, the share of pieces that are unknown; `coverage`, the share of words that have pieces
    of which none is unknown; and `efficiency`, the Rényi entropy of the pieces over its greatest value,
    that of a vocabulary whose pieces all are equally frequent. Higher went with better translation in
    the paper; a few pieces that make up most of the text pull it down.

    Words are those of `calque.languages.words`; a word without pieces counts as a word. Each is cut
    on its own. Every figure is 0 where there is nothing to count.

    alpha: order of the entropy, positive: the higher, the more the frequent pieces count. 1 is Shannon's
    """
    if not 0 < alpha < float("inf"):
        raise BadSetting(f"vocabulary.fertility: alpha must be above 0 and finite, got {alpha}")
    sentences = [words_of(text, texts.tokenized) for text in texts]
    cut = [word for sentence in vocabulary.encode_words(sentences) for word in sentence]
    words, sizes = len(cut), np.array([len(word) for word in cut], dtype=int)
    pieces = np.array([piece for word in cut for piece in word], dtype=int)
    unknown = vocabulary.special_id("unk")
    strange = np.zeros(len(pieces), dtype=bool) if unknown is None else pieces == unknown
    spoiled = np.zeros(words, dtype=int)
    np.add.at(spoiled, np.repeat(np.arange(words), sizes), strange)
    characters = sum(len(word) for sentence in sentences for word in sentence)
    counts = np.bincount(pieces, minlength=len(vocabulary))
    return Table(
        (
            {
                "words": words,
                "pieces": len(pieces),
                "pieces_per_word": len(pieces) / max(words, 1),
                "pieces_per_sentence": len(pieces) / max(len(sentences), 1),
                "characters_per_piece": characters / max(len(pieces), 1),
                "unknown": float(strange.sum() / max(len(pieces), 1)),
                "coverage": float(((sizes > 0) & (spoiled == 0)).sum() / max(words, 1)),
                "efficiency": renyi(counts, alpha),
            },
        )
    )
