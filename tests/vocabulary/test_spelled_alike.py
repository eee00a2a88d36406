"""Unknown pieces take the mixtures of known ones: longer ones, the longest parts, nothing else."""

import numpy as np
import pytest
from hypothesis import given as given_texts
from hypothesis import settings
from hypothesis import strategies as st
from scipy import sparse
from small_tokenizers import unigram

from calque.errors import BadSetting
from calque.roles import mixer
from calque.values import Mixture
from calque.vocabulary.spelled_alike import _parts, spelled_alike

OLD = unigram(["▁one", "two", "three", "four"])
NEW = unigram(["▁house", "▁hous", "us", "▁h", "ouse", "▁houseboat", "boat", "at", "xyz", "▁"])


def given(**rows):
    matrix = np.zeros((len(NEW), len(OLD)))
    for piece, column in rows.items():
        matrix[NEW.pieces.index(piece.replace("_", "▁")), column] = 1
    return Mixture(sparse.csr_matrix(matrix), NEW.pieces, OLD.pieces)


def test_by_hand():
    mixture = spelled_alike(OLD, NEW, [given(_house=1, us=2, boat=3, at=4)])
    # ▁hous begins ▁house (▁one, which counts twice) and holds us (two)
    assert dict(mixture.origins("▁hous")) == pytest.approx({"▁one": 2 / 3, "two": 1 / 3})
    assert dict(mixture.origins("▁h")) == {"▁one": 1.0}
    assert dict(mixture.origins("ouse")) == {"two": 1.0}
    # us lies in ▁house and at in boat
    assert dict(mixture.origins("▁houseboat")) == pytest.approx({"▁one": 2 / 3, "three": 1 / 3})
    assert mixture.origins("xyz") == []
    assert mixture.origins("at") == [("four", 1.0)]  # as it was
    alike = spelled_alike(OLD, NEW, [given(_house=1, us=2)], begins=1)
    assert dict(alike.origins("▁hous")) == pytest.approx({"▁one": 0.5, "two": 0.5})


def slow(mixture, begins):
    """What the authors' code says in a loop over all pairs, but for order and rounding."""
    known = {p: dict(mixture.origins(p, len(OLD))) for p in NEW.pieces if mixture.origins(p)}
    found = {}
    for piece in (p for p in NEW.pieces[1:] if p not in known):
        parts = sorted((p for p in known if p in piece), key=len, reverse=True)
        parts = [p for k, p in enumerate(parts) if not any(p in q for q in parts[:k])]
        total = dict.fromkeys(OLD.pieces, 0.0)
        for near in [p for p in known if p.startswith(piece)] + parts:
            for origin, weight in known[near].items():
                total[origin] += weight * (begins if origin.startswith("▁") else 1)
        found[piece] = {k: v / sum(total.values()) for k, v in total.items() if v}
    return found


@pytest.mark.parametrize("seed", range(20))
def test_equals_a_loop_over_all_pairs(seed):
    generator = np.random.default_rng(seed)
    matrix = generator.random((len(NEW), len(OLD))) * (generator.random((len(NEW), 1)) < 0.5)
    matrix[0] = 0
    matrix[0, 0] = 1
    sums = matrix.sum(1, keepdims=True)
    mixture = Mixture(
        sparse.csr_matrix(np.divide(matrix, sums, out=matrix, where=sums > 0)),
        NEW.pieces,
        OLD.pieces,
    )
    made = spelled_alike(OLD, NEW, [mixture])
    for piece, wanted in slow(mixture, 2.0).items():
        assert dict(made.origins(piece)) == pytest.approx(wanted), piece


def test_nothing_known_and_settings_that_make_no_sense():
    assert spelled_alike(OLD, NEW, [given()]).matrix.nnz == 1  # the unknown piece by its role
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(BadSetting, match="begins must be above 0"):
            spelled_alike(OLD, NEW, [given()], begins=wrong)


def test_special_pieces_are_no_neighbors():
    old, new = mixer.example(0)
    mixture = Mixture(sparse.csr_matrix((len(new), len(old))), new.pieces, old.pieces)
    assert spelled_alike(old, new, [mixture]).matrix.nnz == 2


def parts_by_definition(text, known):
    """Known substrings, but the text, that lie in no longer known one."""
    within = {
        text[i:k]
        for i in range(len(text))
        for k in range(i + 1, len(text) + 1)
        if k - i < len(text)
    } & known
    return {part for part in within if not any(part in one for one in within - {part})}


@settings(deadline=None, max_examples=200)
@given_texts(st.text("abc", max_size=30), st.sets(st.text("abc", min_size=1, max_size=9)))
def test_parts_are_the_longest_there_are(text, known):
    found = _parts(text, known, sorted({len(part) for part in known}, reverse=True))
    assert len(found) == len(set(found)) and set(found) == parts_by_definition(text, known)


def test_a_long_piece_is_looked_at_once():
    class Counted(frozenset):
        looks = 0

        def __contains__(self, part):
            Counted.looks += 1
            return super().__contains__(part)

    known = Counted({"ab", "b", "cabc"})
    assert _parts("abc" * 3000, known, [4, 2, 1]) == ["cabc"]
    assert Counted.looks <= 3 * 9000
