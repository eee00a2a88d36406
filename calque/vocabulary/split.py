"""Language-aware vocabulary sharing (LAVS): languages that share a frequent piece get copies of it.

Source: Chen et al. 2023, "On the Off-Target Problem of Zero-Shot Multilingual Neural Machine
Translation", section 4, https://arxiv.org/abs/2305.10930
"""

import logging
import unicodedata

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.maths.sharing import shared_frequency
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.values.copied import named
from calque.values.marks import begun
from calque.vocabulary.surgery import (
    anchor,
    counts_of,
    ids_of,
    kind_of,
    needed,
    rarest,
    settled,
    state_of,
)

log = logging.getLogger(__name__)

_NEVER = 9.0  # how far copies lie below the rarest piece of Unigram: no text is cut into them


@part(paper="lavs")
def split(
    vocabulary: Vocabulary, texts: list[Texts], *, most: int = 10_000, least: int = 1
) -> Vocabulary:
    """Copy the pieces that languages share most, a copy for each of them, behind all other pieces.

    A pair of language and piece ranks by what it shares: the lesser of its count in that language and
    of the greatest count in another one. The best `most` pairs get copies, named the⟨eng⟩. So the
    distributions of the languages move apart (`vocabulary.divergence`), and a model that writes one of
    them is less tempted to write another. No text is cut into copies by itself:
    `vocabulary.spoken` gives the tokenizer of one language, with the same cut and the same ids but for
    its copies. Decoding takes the names of languages away, whichever of the tokenizers decodes.

    Special pieces and single characters are shared by all, and so are pieces whose second character (the
    first mostly is ▁) is a punctuation mark or a digit, as in the authors' code. There all pairs above a
    threshold get copies: `least` alone.

    texts: of two languages or more, named by their `language`; one language may have several
    most:  how many copies
    least: how much a pair must share at least, in occurrences
    """
    if most < 1 or least < 1:
        raise BadSetting(
            f"vocabulary.split: most and least must be at least 1, got {most} and {least}"
        )
    languages = list(dict.fromkeys(one.language for one in texts))
    if len(languages) < 2:
        raise BadValue(f"vocabulary.split: needs texts of two languages or more, got {languages}")
    state = state_of(vocabulary)
    kind_of(state, "split")
    counts = np.zeros((len(languages), len(vocabulary)), dtype=np.int64)
    for one in texts:
        counts[languages.index(one.language)] += counts_of(vocabulary, one)
    closed = needed(vocabulary, state)
    read = zip(vocabulary.pieces, map(begun, vocabulary.texts), strict=True)
    counts[:, [piece in closed or not meaningful(text) for piece, text in read]] = 0
    pairs = best_pairs(shared_frequency(counts), most, least)
    copies = [named(vocabulary.pieces[piece], languages[row]) for row, piece in pairs]
    return _with(vocabulary, copies, languages)


def meaningful(text: str) -> bool:
    """Whether what a piece reads may mean something of its own in a language."""
    return len(text) > 1 and not (
        unicodedata.category(text[1]).startswith("P") or text[1].isdigit()
    )


def best_pairs(shared: np.ndarray, most: int, least: int) -> list[tuple[int, int]]:
    """(row, column) of the greatest values, in falling order; equals by column, then by row."""
    rows, columns = np.nonzero(shared >= least)
    order = np.lexsort((rows, columns, -shared[rows, columns]))[:most]
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))


def _with(vocabulary: Vocabulary, copies: list[str], languages: list[str]) -> Vocabulary:
    state = state_of(vocabulary)
    anchor(state)
    model = state["model"]
    taken = set(copies) & set(ids_of(model))
    if taken:
        raise BadValue(
            f"vocabulary.split: {sorted(taken)[0]!r} is a piece already; split only once"
        )
    if isinstance(model["vocab"], dict):
        first = len(vocabulary)
        model["vocab"] |= {piece: first + k for k, piece in enumerate(copies)}
    else:
        least = rarest(state) - _NEVER
        model["vocab"] += [[piece, least] for piece in copies]
    if state["decoder"] and copies:
        owners = "|".join(sorted(languages))
        named_away = {"type": "Replace", "pattern": {"Regex": f"⟨({owners})⟩$"}, "content": ""}
        state["decoder"] = {"type": "Sequence", "decoders": [named_away, state["decoder"]]}
    log.info("%d copies for %d languages", len(copies), len(languages))
    return settled(state, vocabulary.special, ids_of(model))
