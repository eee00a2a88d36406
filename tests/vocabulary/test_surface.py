"""Shared pieces: found under any marks, copied bit for bit."""

import numpy as np
import pytest
from small_tokenizers import byte_level, ended, unigram, wordpiece
from tokenizers import Tokenizer

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
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


SIGNS = [",", "(", "北"]


@pytest.mark.parametrize("old", [unigram([*SIGNS, "▁cat"]), unigram([f"▁{s}" for s in SIGNS])])
def test_signs_of_wordpiece_are_those_of_tokenizers_that_show_spaces(old):
    for new in (wordpiece(["cat", *SIGNS], [","]), ended([], "".join(SIGNS))):
        mixture = surface(old, new)
        for sign in SIGNS:
            name = sign if sign in new.pieces and not new.marks.ends else f"{sign}</w>"
            assert mixture.origins(name) == [(next(p for p in old.pieces if sign in p), 1.0)]


def test_no_text_is_cut_into_a_sign_within_a_word():
    old = wordpiece(["a"], [",", "a"])
    longer = wordpiece(["a", ","], [",", "a"])
    for piece in (",", "▁,"):
        assert surface(longer, unigram([piece])).origins(piece) == [(",", 1.0)]
    assert surface(old, unigram([","])).origins(",") == [("##,", 1.0)]  # better than none
    # one kind of marks: every piece is its own
    assert surface(longer, longer).matrix.diagonal().all()


def test_tokenizers_that_show_spaces_keep_signs_apart():
    both = unigram([",", "▁,"])
    assert surface(unigram(["▁,"]), both).origins(",") == []
    assert surface(byte_level(["Ġ ,"]), both).origins("▁,") == [("Ġ,", 1.0)]


def test_of_pieces_that_read_alike_the_one_of_the_same_name_counts():
    cutter = Tokenizer.from_str(byte_level(["Ã ©"]).tokenizer)
    cutter.add_tokens(["é"])
    twice = Vocabulary(cutter.to_str(), {"eos": "<|end|>"})
    mixture = surface(twice, twice)
    assert mixture.origins("é") == [("é", 1.0)] and mixture.origins("Ã©") == [("Ã©", 1.0)]
