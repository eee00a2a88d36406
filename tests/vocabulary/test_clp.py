"""CLP-Transfer: the reference's rows where its weights are shares, and its negative weights beside ours."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import vector_mixers as given

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
