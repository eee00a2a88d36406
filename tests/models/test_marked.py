"""Marked words: what the inputs say, what is cut, and how both directions become links."""

import numpy as np
import pytest

from calque.errors import BadFile
from calque.models.folder import open_tokenizer
from calque.models.marked import MARK, links_from, marked, trained
from calque.values import Bitext, Links

SIDES = [
    [["the", "cat", "sees"], [], ["one"], ["two", "\u200b", "dog"]],
    [["der", "Hund"], ["Katze"], [], ["Haus"]],
]


def inputs_of(tiny, name, sides, maximum):
    tokenizer = open_tokenizer(tiny(name))
    tokenizer.add_tokens([MARK], special_tokens=True)
    return tokenizer, marked(tokenizer, sides, maximum=maximum)


def test_every_word_with_pieces_is_marked_once(tiny):
    tokenizer, inputs = inputs_of(tiny, "bert", SIDES, 40)
    asked = list(zip(*(c.tolist() for c in (inputs.pair, inputs.side, inputs.word)), strict=True))
    assert asked == [
        *((0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 0), (0, 1, 1)),
        *((3, 0, 0), (3, 0, 2), (3, 1, 0)),
    ]
    windows = inputs.windows(np.arange(len(inputs)))
    for row, (pair, side, word) in enumerate(asked):
        pieces = tokenizer.convert_ids_to_tokens(windows.ids[row].tolist())
        assert pieces.count(MARK) == 2
        begin = pieces.index(MARK)
        end = begin + 1 + pieces[begin + 1 :].index(MARK)
        own, other = SIDES[side][pair], SIDES[1 - side][pair]
        alone = tokenizer.backend_tokenizer.encode([own[word]], is_pretokenized=True)
        expected = [
            t for t, s in zip(alone.tokens, alone.special_tokens_mask, strict=True) if not s
        ]
        assert pieces[begin + 1 : end] == expected
        places = windows.words[row]
        assert set(places[places >= 0]) == {j for j, w in enumerate(other) if w != "\u200b"}
        assert (places[: end + 1] == -1).all()
        assert len(windows.ids[row]) == inputs.lengths[row]


def test_long_pairs_keep_the_word_and_all_of_the_other_side(tiny):
    sides = [[["cat"] * 30], [["dog"] * 50]]
    _, inputs = inputs_of(tiny, "bert", sides, 30)
    windows = inputs.windows(np.arange(len(inputs)))
    assert max(map(len, windows.ids)) <= 30
    for side, count in ((0, 50), (1, 30)):
        for word in range(80 - count):
            rows = np.flatnonzero((inputs.side == side) & (inputs.word == word))
            assert len(rows) > 1
            seen = set(np.concatenate([windows.words[row] for row in rows]).tolist())
            assert seen == {-1, *range(count)}
            for row in rows:
                ids = windows.ids[row].tolist()
                first = ids.index(inputs.mark)
                assert ids[first + 1] != inputs.mark  # the word is there


def test_a_word_longer_than_the_input_is_cut(tiny):
    tokenizer, inputs = inputs_of(tiny, "bert", [[["c" * 90]], [["dog"]]], 20)
    assert len(tokenizer("c" * 90)["input_ids"]) > 40
    for ids in inputs.windows(np.arange(len(inputs))).ids:
        assert len(ids) <= 20
        first, last = np.flatnonzero(ids == inputs.mark)
        assert last > first + 1


def test_a_mark_in_the_text_is_no_mark(tiny):
    _, inputs = inputs_of(tiny, "bert", [[["¶", "the", "cat¶"]], [["¶", "dog"]]], 40)
    for ids in inputs.windows(np.arange(len(inputs))).ids:
        assert (ids == inputs.mark).sum() == 2


def test_links_of_a_marked_word(tiny):
    _, inputs = inputs_of(tiny, "bert", SIDES, 40)
    links = [
        Links(np.array([[0, 1], [2, 0], [2, 1]]), (3, 2)),
        *[Links(np.zeros((0, 2)), (0, 0))] * 3,
    ]
    found = [inputs.linked(row, links).astype(int).tolist() for row in range(5)]
    assert found == [[0, 1], [0, 0], [1, 1], [0, 0, 1], [1, 0, 1]]


def test_links_are_of_the_mean_of_both_directions(tiny):
    tokenizer, _ = inputs_of(tiny, "bert", SIDES, 40)
    bitext = Bitext.of([("the cat", "der Hund"), ("", "Katze")], tokenized=True)
    # (side, word) -> probabilities of the other side's words
    said = {(0, 0): [0.9, 0.2], (0, 1): [0.0, 1.0], (1, 0): [0.3, 0.1], (1, 1): [0.4, 0.0]}

    def answers(model, inputs):
        for row in range(len(inputs)):
            share = said[int(inputs.side[row]), int(inputs.word[row])]
            yield (
                row,
                np.array([0, 1, 1]),
                np.array([*share, share[1] / 2]),
            )  # the surest piece counts

    one, none = links_from(bitext, (None, tokenizer, 40), answers, 0.29)
    assert one.pairs.tolist() == [[0, 0], [0, 1], [1, 1]]
    np.testing.assert_allclose(one.score, [0.6, 0.3, 0.5])
    assert none.size == (0, 1) and not len(none)


def test_a_model_without_the_head_is_refused(tiny):
    with pytest.raises(BadFile, match=r"train one with models\.tune_binary"):
        trained(tiny("bert"), "tags", "binary_links", "models.tune_binary")
