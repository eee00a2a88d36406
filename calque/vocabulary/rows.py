"""What mixers have in common: rows that sum to 1, and special pieces that go by their role."""

import string
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.values import Mixture, Vocabulary
from calque.values.marks import BEGINS, begun
from calque.vocabulary.signs import Signs

_PUNCTUATION = set(string.punctuation)


def mixed(matrix: sparse.csr_matrix, old: Vocabulary, new: Vocabulary) -> Mixture:
    """The mixture of these weights [t, s]: rows scaled to sum to 1, special pieces by their role.

    Weights must not be negative. A special piece is the old one of its role whatever the weights
    say, and unknown where `old` has none; rows without weight stay empty.
    """
    keep = np.ones(len(new))
    places = new.special_from(old)
    keep[list(places)] = 0
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(keep, sums, out=np.zeros_like(sums), where=sums > 0)
    rows = sparse.diags(scale) @ matrix
    copied = [(row, column) for row, column in places.items() if column is not None]
    if copied:
        where = tuple(np.array(copied).T)
        rows = rows + sparse.csr_matrix((np.ones(len(copied)), where), shape=matrix.shape)
    rows = sparse.csr_matrix(rows)
    rows.eliminate_zeros()
    return Mixture(rows, new.pieces, old.pieces)


def shared(old: Vocabulary, new: Vocabulary) -> np.ndarray:
    """[t] the old piece spelled like each new one, whatever marks either tokenizer uses; -1 for none.

    Of several that are spelled alike, the one under the same name counts, else that of the lowest id.
    A tokenizer that marks ends of words has its whole words for those that begin one. Signs that are
    always words of their own to one tokenizer (commas to WordPiece) are spelled like those that begin a
    word and those that do not of another.
    """
    if _show_alike(old, new):
        found = _found(old.spelled, new.spelled)
        same = _found(old.pieces, new.pieces) if old.marks == new.marks else np.array([], dtype=int)
        return np.where(same >= 0, same, found) if len(same) else found
    index: dict[str, int] = {}
    unmet: dict[str, int] = {}
    signs = Signs(old)
    for k, text in enumerate(_begun(old)):
        if not signs.is_one(text):
            index.setdefault(text, k)
            continue
        bare = text.strip(BEGINS)
        for form in (
            bare,
            BEGINS + bare,
        ):  # as what goes on inside a word no text is cut into a sign
            (index if text != bare else unmet).setdefault(form, k)
    index = {**unmet, **index}
    signs, origins = Signs(new), []
    for text in _begun(new):
        forms = (
            {text, text.strip(BEGINS), BEGINS + text.strip(BEGINS)}
            if signs.is_one(text)
            else {text}
        )
        ids = [index[form] for form in forms if form and form in index]
        origins.append(min(ids, default=-1))
    return np.array(origins, dtype=int)


def _show_alike(old: Vocabulary, new: Vocabulary) -> bool:
    """Whether marks of both say the same of words, by whatever signs."""
    kinds = [(one.marks.within != "", one.marks.ends != "", one.marks.spaces) for one in (old, new)]
    return kinds[0] == kinds[1]


def _begun(vocabulary: Vocabulary) -> list[str]:
    return [begun(text) if vocabulary.marks.ends else text for text in vocabulary.spelled]


def shared_in_any_case(old: Vocabulary, new: Vocabulary, *, marks: bool = True) -> np.ndarray:
    """[t] as `shared`, in lower case; with `marks=False` whether or not either begins a word."""
    alike = _show_alike(old, new)
    sides = [
        [text.lower() for text in (one.spelled if alike else _begun(one))] for one in (old, new)
    ]
    if not marks:
        sides = [[text.replace(BEGINS, "") for text in texts] for texts in sides]
    return _found(*sides)


def _found(old: Sequence[str], new: Sequence[str]) -> np.ndarray:
    index: dict[str, int] = {}
    for k, text in enumerate(old):
        if text:
            index.setdefault(text, k)
    return np.array([index.get(text, -1) if text else -1 for text in new], dtype=int)


def symbols(vocabulary: Vocabulary) -> np.ndarray:
    """[t] booleans: nothing but digits, or nothing but ASCII punctuation."""
    texts = [text.replace(BEGINS, "") for text in vocabulary.texts]
    return np.array([t.isnumeric() or (t != "" and set(t) <= _PUNCTUATION) for t in texts])


def copies(origins: np.ndarray, count: int) -> sparse.csr_matrix:
    """[t, count] weight 1 in the column that each row names; rows that name -1 stay empty."""
    rows = np.flatnonzero(origins >= 0)
    return sparse.csr_matrix(
        (np.ones(len(rows)), (rows, origins[rows])), shape=(len(origins), count)
    )
