"""Rows of romanized pieces: of the origin that was asked for, or the mean of all."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.errors import BadSetting
from calque.values import Vocabulary
from calque.vocabulary.romanized import romanized
from calque.vocabulary.transmi import transmi

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "transmi.json").read_text("utf-8"))
MODES = {"max": "highest", "min": "lowest", "average": "mean"}
SPECIAL = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}


def unigram(scored: list[list]) -> Vocabulary:
    tokenizer = Tokenizer(models.Unigram([(piece, score) for piece, score in scored], 3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(list(SPECIAL.values()))
    return Vocabulary(tokenizer.to_str(), dict(SPECIAL))


OLD = unigram(
    [[piece, 0.0] for piece in SPECIAL.values()] + [["▁да", -4.0], ["▁дá", -2.0], ["ж", -3.0]]
)


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        ("highest", [("▁дá", 1.0)]),
        ("lowest", [("▁да", 1.0)]),
        ("mean", [("▁да", 0.5), ("▁дá", 0.5)]),
    ],
)
def test_a_new_piece_is_made_of_what_romanizes_to_it(origin, wanted):
    mixture = romanized(OLD, transmi(OLD), origin=origin)
    assert mixture.origins("▁da") == wanted
    assert mixture.origins("zh") == [("ж", 1.0)]
    assert all(mixture.origins(piece) == [(piece, 1.0)] for piece in OLD.pieces)


def test_old_rows_stay_bit_for_bit_and_a_lone_origin_is_copied_so():
    new = transmi(OLD)
    rows = np.random.default_rng(0).standard_normal((len(OLD), 70)).astype(np.float32)
    moved = romanized(OLD, new).apply(rows)
    assert moved[: len(OLD)].tobytes() == rows.tobytes()
    assert moved[new.pieces.index("zh")].tobytes() == rows[OLD.pieces.index("ж")].tobytes()


def test_pieces_of_which_no_origin_is_known_stay_unknown():
    new = unigram([[piece, 0.0] for piece in SPECIAL.values()] + [["▁xyz", -1.0]])
    assert romanized(OLD, new).origins("▁xyz") == []
    with pytest.raises(BadSetting, match="origin must be one of highest, lowest, mean"):
        romanized(OLD, new, origin="first")


@pytest.mark.parametrize("mode", MODES)
def test_rows_against_the_authors_code(mode):
    """The same origins. Theirs are the first and last by id, and sums; ours go by score, and are means."""
    old = unigram(GOLDEN["vocabulary"])
    new = transmi(old, score=MODES[mode])
    mixture = romanized(old, new, origin=MODES[mode])
    every = romanized(old, new, origin="mean")
    scores = dict(GOLDEN["vocabulary"])
    several = departs = 0
    for piece in new.pieces[len(old) :]:
        theirs = dict(GOLDEN["modes"][mode]["rows"][piece])
        ours, origins = dict(mixture.origins(piece, 99)), dict(every.origins(piece, 99))
        several += len(origins) > 1
        if mode == "average":
            assert theirs == {origin: 1.0 for origin in origins}  # a sum
            assert ours == pytest.approx({origin: 1 / len(theirs) for origin in theirs})
            departs += len(theirs) > 1
            continue
        by_id = sorted(origins, key=old.pieces.index)
        assert theirs == {by_id[0 if mode == "max" else -1]: 1.0}
        choose = max if mode == "max" else min
        assert [scores[origin] for origin in ours] == [choose(scores[o] for o in origins)]
        departs += ours != theirs
    assert several >= 5 and departs >= 2
