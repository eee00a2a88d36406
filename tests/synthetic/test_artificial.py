"""Text that is no language."""

import itertools
from collections import Counter

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.synthetic.artificial import artificial


def rows(**settings):
    return [text.split(" ") for text in artificial(**settings)]


@pytest.mark.parametrize("opens", [0.1, 0.5, 0.9])
def test_nested_words_close_as_brackets_do(opens):
    for words in rows(order="nested", n=200, words=12, lexemes=8, opens=opens):
        assert len(words) == 12 and all(count % 2 == 0 for count in Counter(words).values())
        # what can be reduced by taking away neighbors that are alike is well nested
        stack = []
        for word in words:
            if stack and stack[-1] == word:
                stack.pop()
            else:
                stack.append(word)
        assert not stack


def test_depth_follows_the_chance_to_open():
    def apart(opens):
        made = rows(order="nested", n=300, words=12, lexemes=5000, opens=opens)
        return np.mean([words[0] == words[1] for words in made])

    assert apart(0.1) > 0.8 and apart(0.9) < 0.2


def test_nonsense_has_no_order_but_frequencies():
    made = rows(order="nonsense", n=2000, words=9, lexemes=50)
    counts = Counter(word for words in made for word in words)
    assert len(counts) == 50
    found = np.array(sorted(counts.values(), reverse=True)) / sum(counts.values())
    weights = 1 / (np.arange(50) + 2.7)
    np.testing.assert_allclose(found, weights / weights.sum(), atol=0.012)
    # a word tells nothing of the next one
    pairs = Counter(pair for words in made for pair in itertools.pairwise(words))
    first = counts.most_common(1)[0][0]
    after = sum(n for (a, b), n in pairs.items() if a == b == first)
    before = sum(n for (a, _), n in pairs.items() if a == first)
    assert after / before == pytest.approx(counts[first] / sum(counts.values()), abs=0.03)


def test_a_seed_is_a_text_and_both_orders_have_the_same_words():
    nested, nonsense = (artificial(order=order, n=5) for order in ("nested", "nonsense"))
    assert list(nested) == list(artificial(order="nested", n=5))
    assert list(nested) != list(artificial(order="nested", n=5, seed=1))
    words = [{word for text in texts for word in text.split()} for texts in (nested, nonsense)]
    assert words[0] & words[1] and nested.language == "zxx"


def test_what_will_not_do():
    for wrong in ({"order": "random"}, {"words": 7}, {"opens": 1.0}, {"n": 0}):
        with pytest.raises(BadSetting, match=r"synthetic\.artificial"):
            artificial(**wrong)
