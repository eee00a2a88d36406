"""Vectors of pieces by their spelling: the word that a piece is, else what its letters say.

Source: Minixhofer et al. 2022, "WECHSEL", section 3.1, https://aclanthology.org/2022.naacl-main.293; letters
of vectors that come without them: Zhao et al. 2018, "Generalizing Word Embeddings using Bag of Subwords",
https://aclanthology.org/D18-1059
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.errors import BadSetting
from calque.languages.words import folded
from calque.maths.ridge import ridge
from calque.roles import part
from calque.values import Space, Vocabulary
from calque.values.marks import BEGINS

_PENALTY = 1.0  # of vectors of n-grams, in units of their mean count


@part(paper="wechsel")
def piece_vectors(
    vocabulary: Vocabulary, words: Space, *, shortest: int = 3, longest: int = 6
) -> Space:
    """Give each piece the vector of the word that it is, or else of its character n-grams: float32.

    A piece is read without its mark, as it is written, else in lower case. Vectors of n-grams are fitted
    to those of the words that hold them (ridge regression), so that any word vectors will do, those of
    `vocabulary.static_vectors` and files without n-grams too. fastText's own, which the paper takes,
    need its binary format. Named by pieces, in the order of their ids; special pieces, bytes and pieces of
    which no n-gram occurs in two words have no vector.

    words:             [n, d] of the language that the pieces are of
    shortest, longest: characters of an n-gram, with a mark at either end of a word; a shorter piece
                       has a vector only where it is a word
    """
    if not 1 <= shortest <= longest:
        raise BadSetting(
            f"vocabulary.piece_vectors: needs 1 ≤ shortest ≤ longest, got {shortest} and {longest}"
        )
    index = {name: k for k, name in enumerate(words.names)}
    texts = [text.replace(BEGINS, " ").strip() for text in vocabulary.texts]
    at = np.array([index.get(t, index.get(folded(t), -1)) if t else -1 for t in texts], dtype=int)
    vectors = np.zeros((len(texts), words.vectors.shape[1]), dtype=np.float32)
    vectors[at >= 0] = words.vectors[at[at >= 0]]
    rest = np.flatnonzero([place < 0 and text != "" for place, text in zip(at, texts, strict=True)])
    if len(rest) and len(words):
        # a piece need not begin or end a word: its n-grams are those of its letters alone
        found = _composed(
            [_grams(folded(name), shortest, longest) for name in words.names],
            words.vectors.astype(np.float32),
            [_inside(folded(texts[k]), shortest, longest) for k in rest],
        )
        vectors[rest] = found
    kept = np.flatnonzero(vectors.any(axis=1))
    return Space(tuple(vocabulary.pieces[k] for k in kept), vectors[kept], words.language)


def _composed(
    taught: Sequence[set[str]], vectors: np.ndarray, asked: Sequence[set[str]]
) -> np.ndarray:
    """Vectors [k, d] of sets of n-grams, which are fitted to those of the taught sets."""
    counts = Counter(gram for own in taught for gram in own)
    index = {g: k for k, g in enumerate(sorted(g for g, count in counts.items() if count > 1))}
    fitted = ridge(_indicator(taught, index), vectors, penalty=_PENALTY)
    return _indicator(asked, index) @ fitted


def _indicator(sets: Sequence[set[str]], index: dict[str, int]) -> sparse.csr_matrix:
    """[n, g] each row the mean over the known n-grams of its set."""
    known = [[index[gram] for gram in sorted(own) if gram in index] for own in sets]
    sizes = np.array([len(own) for own in known], dtype=np.int64)
    columns = np.array([k for own in known for k in own], dtype=np.int64)
    weights = np.repeat(1 / np.maximum(sizes, 1), sizes).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_matrix((weights, columns, starts), shape=(len(sets), len(index)))


def _grams(word: str, shortest: int, longest: int) -> set[str]:
    return _inside(f"<{word}>", shortest, longest)


def _inside(text: str, shortest: int, longest: int) -> set[str]:
    return {
        text[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(text) - size + 1)
    }
