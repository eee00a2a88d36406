"""Attachment scores by hand, against the official counting, and what does not fit."""

import pytest

from calque.errors import BadValue
from calque.evaluation.attachment import attachment
from calque.values import Labelled

GOLD = [["2:nsubj", "0:root", "2:obl:tmod", "2:punct"], ["0:root", "1:punct"]]
MADE = [["2:obj", "0:root", "2:obl", "3:punct"], ["0:root", "1:punct"]]


def test_six_words_by_hand():
    las, uas = attachment(MADE, GOLD), attachment(MADE, GOLD, relations=False)
    assert (las.metric, uas.metric) == ("las", "uas")
    assert las.value == pytest.approx(4 / 6)  # the subtype of obl does not count, punctuation does
    assert uas.value == pytest.approx(5 / 6)
    assert las.n == 2 and las.low <= las.value <= las.high
    strict = attachment(MADE, GOLD, subtypes=True)
    assert strict.value == pytest.approx(3 / 6) and strict.conditions["subtypes"]
    assert attachment([[], *MADE], [[], *GOLD]).value == las.value
    assert attachment([], []).n == 0


def test_what_does_not_fit_is_named():
    with pytest.raises(BadValue, match="sentence 1 has 2 words and 1 predictions"):
        attachment([MADE[0], ["0:root"]], GOLD)
    with pytest.raises(BadValue, match="1 predictions for 2 sentences"):
        attachment(MADE[:1], GOLD)
    rows = [{"words": ["a"], "heads": [0], "relations": ["root"]}]
    with pytest.raises(BadValue, match=r"data\.labels"):
        attachment(Labelled.of(rows, "parse"), GOLD)
