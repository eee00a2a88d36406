"""A new piece is made of the old pieces that cover it in text.

Source: Yamaguchi et al. 2024, "Vocabulary Expansion for Low-resource Cross-lingual Transfer",
the initialization "Align", https://arxiv.org/abs/2406.11477
"""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from calque.progress import track
from calque.roles import mixer
from calque.values import Mixture, Texts, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.rows import mixed, shared

_CHUNK = 1024  # texts cut at a time


@mixer(paper="yamaguchi-etal-2024-effectively")
def aligned(old: Vocabulary, new: Vocabulary, new_texts: Texts) -> Mixture:
    """Cut the same texts by both tokenizers and count which old pieces lie where a new one lies.

    At each of its places a new piece is the mean of the old pieces within it, or the one that it
    lies within; over all places the mean counts. So it is known how a piece is cut in running text,
    where `vocabulary.merges` cuts it alone. Pieces that both vocabularies have are copied; those
    that no text shows stay unknown, so put `vocabulary.merges` behind it (`vocabulary.blend`).

    new_texts: in the language of `new`; a few thousand sentences show most pieces

    Unlike the authors' code, every place of a piece counts, also the second in one text, and the
    mark for the beginning of a text is no part of its first word.
    """
    origins = shared(old, new)
    matrix = sparse.csr_matrix((len(new), len(old)))
    dropped = np.flatnonzero([text == "" for text in old.readings])
    for texts in track(_chunks(new_texts), "comparing tokenizers"):
        sides = [vocabulary.encode(texts) for vocabulary in (old, new)]
        cells = [
            _covered(text, before, after, origins)
            for text, before, after in zip(texts, *sides, strict=True)
        ]
        rows, columns, places = (np.concatenate(part) for part in zip(*cells, strict=True))
        places += np.repeat(np.arange(len(cells)) << 32, [len(cell[0]) for cell in cells])
        keep = ~np.isin(columns, dropped)
        rows, columns, places = rows[keep], columns[keep], places[keep]
        _, which, sizes = np.unique(places, return_inverse=True, return_counts=True)
        matrix = matrix + sparse.csr_matrix((1 / sizes[which], (rows, columns)), shape=matrix.shape)
    return mixed(with_copies(sparse.csr_matrix(matrix), origins), old, new)


def _chunks(texts: Texts) -> Iterator[list[str]]:
    for start in range(0, len(texts), _CHUNK):
        yield list(texts.take(range(start, min(start + _CHUNK, len(texts)))))


def _covered(text, before, after, origins) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """New pieces, old pieces beside them, and the place of the new one in the text, a row each.

    before, after: encodings of the text by the old and the new tokenizer
    origins:       [t] at least 0 where a new piece needs no cover
    """
    olds, news = (np.array(each.ids, dtype=int) for each in (before, after))
    starts, ends = _places(text, before)
    begins, stops = _places(text, after)
    first = np.searchsorted(starts, begins, "left")
    last = np.searchsorted(ends, stops, "right")
    around = np.searchsorted(starts, begins, "right") - 1
    inside = (first >= last) & (around >= 0)
    inside[inside] &= ends[around[inside]] >= stops[inside]
    first, last = np.where(inside, around, first), np.where(inside, around + 1, last)
    sizes = np.where(origins[news] < 0, np.maximum(last - first, 0), 0)
    place = np.repeat(np.arange(len(news)), sizes)
    step = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return news[place], olds[first[place] + step], place


def _places(text: str, encoding) -> tuple[np.ndarray, np.ndarray]:
    """Where pieces begin and end, the space before a word left out: tokenizers count it or not."""
    where = np.array(encoding.offsets, dtype=int).reshape(-1, 2)
    solid = np.flatnonzero([not char.isspace() for char in text])
    following = np.append(solid, len(text))[np.searchsorted(solid, where[:, 0])]
    starts = np.where(following < where[:, 1], following, where[:, 0])
    return np.maximum.accumulate(starts), np.maximum.accumulate(where[:, 1])
