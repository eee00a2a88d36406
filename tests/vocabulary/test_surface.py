"""Shared pieces: found under any marks, copied bit for bit."""

import numpy as np

from calque.roles import mixer
from calque.values import Mixture
from calque.values.marks import spelled
from calque.vocabulary.surface import surface


def test_exactly_the_pieces_that_both_spell_alike():
    old, new = mixer.example(0)
    mixture = surface(old, new)
    assert {p for p in new.pieces if mixture.origins(p)} == {"tree", "##s", "7", "<unk>", "<s>"}
    assert all(mixture.origins(p) == [(p, 1.0)] for p in ("tree", "##s", "7"))


def test_rows_of_shared_pieces_are_bit_equal():
    old, new = mixer.example(1)
    rows = np.random.default_rng(0).standard_normal((len(old), 130)).astype(np.float32)
    moved = surface(old, new).apply(rows)
    at = {piece: k for k, piece in enumerate(old.pieces)}
    for k, piece in enumerate(new.pieces):
        if piece in at:
            assert moved[k].tobytes() == rows[at[piece]].tobytes()


def test_one_mark_for_all_tokenizers():
    assert (
        spelled(["▁a", "b"])
        == spelled(["Ġa", "b"], in_bytes=True)
        == spelled(["a", "##b"])
        == ["▁a", "b"]
    )


def test_rows_of_which_nothing_is_known_are_drawn_around_the_mean():
    old, new = mixer.example(0)
    nothing = Mixture(np.zeros((len(new), len(old))), new.pieces, old.pieces)  # type: ignore[arg-type]
    rows = np.random.default_rng(0).standard_normal((len(old), 9000)) + 3
    np.testing.assert_allclose(nothing.apply(rows), np.tile(rows.mean(0), (len(new), 1)))
    drawn = nothing.apply(rows, noise=1.0)
    apart = (drawn - rows.mean(0)) / rows.std(0)
    assert abs(apart.mean()) < 0.02 and abs(apart.std() - 1) < 0.02
    assert (drawn == nothing.apply(rows, noise=1.0)).all()
    assert (drawn != nothing.apply(rows, noise=1.0, seed=1)).all()
