"""Divergences of piece counts, by hand."""

import numpy as np
import pytest
from made_tokenizers import bert

from calque.errors import BadValue
from calque.values import Texts
from calque.vocabulary.divergence import divergence


def test_by_hand():
    words = bert(["in on"] * 9, 40)
    texts = [Texts.of(["in in on", "in"], "eng"), Texts.of(["in on"], "deu")]
    rows = {
        (row["source"], row["target"]): row["divergence"] for row in divergence(words, texts).rows
    }
    # 3/4 and 1/4 against 1/2 and 1/2; what neither has weighs next to nothing
    expected = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    assert rows["eng", "deu"] == pytest.approx(expected, abs=1e-6)
    assert rows["deu", "eng"] == pytest.approx(0.5 * np.log(2 / 3) + 0.5 * np.log(2), abs=1e-6)
    with pytest.raises(BadValue, match="two languages"):
        divergence(words, [Texts.of(["in"], "eng")])
