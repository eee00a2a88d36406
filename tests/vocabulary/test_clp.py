"""CLP-Transfer: the reference's rows where its weights are shares, and its negative weights beside ours."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from golden import vector_mixers as given
from small_tokenizers import unigram

from calque.errors import BadSetting
from calque.roles import mixer
from calque.values import Space
from calque.vocabulary.clp import clp

GOLDEN = json.loads(
    (Path(given.__file__).parent / "vector_mixers.json").read_text(encoding="utf-8")
)


def helper(middle):
    return Space(given.vocabulary(1).pieces, given.helper_rows(middle))


def rows(middle):
    """New rows of ours and of the reference, which copies what both have."""
    mixture = clp(given.vocabulary(0), given.vocabulary(1), helper(middle))
    made = mixture.apply(given.rows())
    return mixture, made[2 : given.SHOWN], np.array(GOLDEN[f"clp_{middle}"])[2:]


def test_rows_are_the_references_where_no_cosine_is_negative():
    mixture, ours, theirs = rows(1.2)
    assert mixture.known[2 : given.SHOWN].all()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_negative_cosines_have_no_weight_unlike_the_references():
    """A mean of rows lies between them in every direction; the reference's do not."""
    mixture, ours, theirs = rows(0.2)
    least, most = given.rows().min(axis=0) - 1e-6, given.rows().max(axis=0) + 1e-6
    assert ((ours >= least) & (ours <= most)).all()
    assert not ((theirs >= least) & (theirs <= most)).all()
    copied = np.array([len(mixture.origins(p)) == 1 for p in mixture.new[2 : given.SHOWN]])
    assert copied.any() and not copied.all()
    np.testing.assert_allclose(ours[copied], theirs[copied], atol=1e-6)
    np.testing.assert_allclose(
        theirs[~copied], _as_the_reference(0.2)[~copied], rtol=1e-3, atol=1e-4
    )


def _as_the_reference(middle):
    """Plain cosines over their sum, negative ones too."""
    space, (old, new) = helper(middle), (given.vocabulary(k) for k in (0, 1))
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    known = np.array([name in old.pieces for name in space.names])
    weights = (unit @ unit[known].T).astype(float)
    anchors = [old.pieces.index(n) for n, k in zip(space.names, known, strict=True) if k]
    made = weights / weights.sum(axis=1, keepdims=True) @ given.rows()[anchors]
    places = {name: k for k, name in enumerate(space.names)}
    return made[[places[piece] for piece in new.pieces[2 : given.SHOWN]]]


def test_fewer_anchors_by_hand():
    old, new = mixer.example(0)
    vectors = Space(("tree", "7", "##s", "katu"), np.array([[1.0, 0], [0.6, 0.8], [-1, 0], [1, 0]]))
    assert clp(old, new, vectors).origins("katu") == [
        ("tree", pytest.approx(1 / 1.6)),
        ("7", pytest.approx(0.6 / 1.6)),
    ]
    assert clp(old, new, vectors, anchors=1).origins("katu") == [("tree", 1.0)]
    with pytest.raises(BadSetting, match="at least 1, got 0"):
        clp(old, new, vectors, anchors=0)


def test_all_anchors_are_the_greatest_so_many():
    old, new = given.vocabulary(0), given.vocabulary(1)
    vectors = helper(0.2)
    whole, cut = (clp(old, new, vectors, anchors=a).matrix for a in (None, 1000))
    np.testing.assert_allclose(whole.toarray(), cut.toarray(), atol=1e-6)


def test_all_anchors_by_definition_and_in_little_memory():
    """1,500 rows of 2,500 anchors in 64 dimensions: the mixture itself, and little beside."""
    names = [f"▁{k}" for k in range(4000)]
    old, new = unigram(names[:2500]), unigram(names)
    generator = np.random.default_rng(0)
    space = Space(new.pieces[1:], generator.standard_normal((4000, 64)).astype(np.float32))
    assert len(old.spelled) == 2501 and len(new.spelled) == 4001
    tracemalloc.start()
    mixture = clp(old, new, space)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * mixture.matrix.nnz + 4 * space.vectors.nbytes + 12 * 256 * 2500
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    cosines = np.maximum(unit[2500:] @ unit[:2500].T, 0).astype(float)
    rows = generator.standard_normal((2501, 3))
    made = mixture.apply(rows)
    np.testing.assert_allclose(
        made[2501:], cosines / cosines.sum(axis=1, keepdims=True) @ rows[1:], atol=1e-6
    )
    np.testing.assert_array_equal(made[:2501], rows)
