"""ROUGE-L: by hand, against all subsequences, over pieces, odd texts."""

from itertools import combinations

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.evaluation.rouge import rouge
from calque.values import Texts, View
from calque.vocabulary.byte_pairs import byte_pairs


def score(one, other, vocabulary=None, **settings):
    language = settings.pop("language", "eng")
    said = View.whole(Texts.of(one, language), Texts.of(one, "any"))
    return rouge(said, Texts.of(other, language), vocabulary, **({"boot": 10} | settings))


def test_the_example_of_the_paper():
    # "police killed the gunman": S2 has 3 of 4 words in order, S3 has 2 of 4
    reference = ["police killed the gunman"]
    assert score(["police kill the gunman"], reference).value == pytest.approx(3 / 4)
    assert score(["the gunman kill police"], reference).value == pytest.approx(2 / 4)
    found = score(["a b", "x"], ["a c d", "x"])
    assert found.value == pytest.approx((2 / 5 + 1) / 2) and found.n == 2
    assert found.low <= found.value <= found.high


def test_it_is_the_longest_of_all_common_subsequences():
    generator = np.random.default_rng(0)
    for _ in range(60):
        one, other = (list("abcd"[k] for k in generator.integers(0, 4, generator.integers(1, 8))) for _ in range(2))  # fmt: skip
        held = {tuple(own) for size in range(len(other) + 1) for own in combinations(other, size)}
        longest = max(n for n in range(len(one) + 1) for own in combinations(one, n) if own in held)
        wanted = 2 * longest / (len(one) + len(other))
        assert score([" ".join(one)], [" ".join(other)], boot=1).value == pytest.approx(wanted)


def test_pieces_count_where_words_are_not_parted():
    texts = ["小さい犬", "大きい犬"]
    words = byte_pairs(Texts.of(["a b c"] * 3), size=300)  # bytes of anything else
    ids = [set(one) for one in words.cut(texts)]
    assert ids[0] & ids[1]
    found = score(texts[:1], texts[1:], words, language="jpn")
    assert 0 < found.value < 1 and found.conditions["units"] == "pieces"
    assert score(texts, texts, words, language="jpn").value == 1


def test_empty_and_odd_texts():
    found = [
        score([a], [b], boot=1).value for a, b in [("", ""), ("", "a"), ("a", ""), ("שלום", "שלום")]
    ]
    assert found == [1, 0, 0, 1]
    with pytest.raises(BadValue, match="1 texts for 2 references"):
        score(["a"], ["a", "b"])
    with pytest.raises(BadSetting, match="boot must be at least 1"):
        score(["a"], ["a"], boot=0)
