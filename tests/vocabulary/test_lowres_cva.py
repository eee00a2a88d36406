"""Vocabulary expansion as the authors' code does it: rows of the mixers beside its rows."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import lowres_cva as authors

from calque.values import Texts
from calque.vocabulary.aligned import aligned
from calque.vocabulary.merge_rules import merge_rules
from calque.vocabulary.merges import merges

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "lowres_cva.json").read_text(encoding="utf-8")
)
OLD, NEW = authors.vocabularies()
ADDED = range(len(OLD), len(NEW))


def theirs(method, table="input"):
    """What new rows are made of; old rows are the unit vectors, in the output table ten times them."""
    return np.array(GOLDEN[method][table]) / {"input": 1, "output": 10}[table]


def ours(mixture):
    return mixture.apply(np.eye(len(OLD)))


@pytest.mark.parametrize("method", ["mean", "merge", "align"])
def test_old_rows_are_kept_by_both(method):
    mixture = aligned(OLD, NEW, Texts.of(authors.TEXTS))
    for made in (theirs(method), ours(mixture)):
        np.testing.assert_array_equal(made[: len(OLD)], np.eye(len(OLD)))


def test_merge_rules():
    np.testing.assert_allclose(ours(merge_rules(OLD, NEW)), theirs("merge"), atol=1e-6)


def test_output_rows_of_merge_rules_are_input_rows_with_the_authors():
    """Their output rows are a tenth of what they should be: those of the input table."""
    made = theirs("merge", "output")[ADDED]
    np.testing.assert_allclose(10 * made, theirs("merge")[ADDED], atol=1e-6)
    np.testing.assert_allclose(10 * made, ours(merge_rules(OLD, NEW))[ADDED], atol=1e-6)


@pytest.mark.parametrize("table", ["input", "output"])
def test_covered_pieces(table):
    mixture = aligned(OLD, NEW, Texts.of(authors.TEXTS))
    shown = [k for k in ADDED if mixture.known[k]]
    assert len(shown) == 7
    np.testing.assert_allclose(ours(mixture)[shown], theirs("align", table)[shown], atol=1e-6)
    # they leave the other rows at random, output rows at zero
    hidden = [k for k in ADDED if not mixture.known[k]]
    rest = theirs("align", table)[hidden]
    assert (rest == 0).all() if table == "output" else (np.abs(rest) > 1e-3).mean() > 0.9


@pytest.mark.parametrize("table", ["input", "output"])
def test_means_but_for_the_mark_before_a_piece(table):
    """They cut ▁mbwa as if a space stood before its mark, and what goes on inside a word as a word."""
    made = theirs("mean", table)
    mixture = merges(OLD, NEW)
    mark = OLD.pieces.index("▁")
    for k in ADDED:
        piece = NEW.pieces[k]
        cut = OLD.fast.encode(piece).ids
        np.testing.assert_allclose(made[k], np.eye(len(OLD))[cut].mean(0), atol=1e-6)
        if piece.startswith("▁"):
            cut.remove(mark)
            np.testing.assert_allclose(ours(mixture)[k], np.eye(len(OLD))[cut].mean(0), atol=1e-6)
    assert dict(mixture.origins("ki")) == {"k": 0.5, "i": 0.5}
    assert made[NEW.pieces.index("ki")][OLD.pieces.index("▁k")] == 0.5
