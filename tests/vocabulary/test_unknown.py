"""The baseline knows the roles of special pieces and nothing else."""

from calque.roles import mixer
from calque.vocabulary.unknown import unknown


def test_only_special_pieces_have_origins():
    old, new = mixer.example(0)
    mixture = unknown(old, new)
    assert {piece for piece in new.pieces if mixture.origins(piece)} == {"<unk>", "<s>"}
