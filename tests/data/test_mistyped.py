"""Typing errors in known amounts."""

import pytest

from calque.data.mistyped import mistyped
from calque.errors import BadSetting, BadValue
from calque.values import Labelled

TEXTS = ["the  small cat\tsees a dog\n", "", "小さい 犬 кошка", "x", "word " * 100]
EXAMPLES = Labelled.of([{"text": text, "label": "ab"[n % 2]} for n, text in enumerate(TEXTS)], "class", "und")  # fmt: skip


def edits(one, other):
    """Edits between two words, two neighbors that change places counted as one."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = table[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, same)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


def test_nothing_changes_where_nothing_is_asked_for():
    assert list(mistyped(EXAMPLES, share=0)) == list(EXAMPLES)


def test_every_word_has_at_most_one_error_and_spaces_stay():
    made = mistyped(EXAMPLES, share=1)
    assert list(made.gold) == list(EXAMPLES.gold)
    for before, after in zip(TEXTS, made.table["text"].to_pylist(), strict=True):
        words = before.split(), after.split()
        assert len(words[0]) == len(words[1])
        assert all(edits(a, b) <= 1 for a, b in zip(*words, strict=True))
        assert [c for c in before if c.isspace()] == [c for c in after if c.isspace()]
    wrong = sum(word != "word" for word in made.table["text"][4].as_py().split())
    assert wrong > 85  # some replace a letter by itself


def test_the_share_is_the_share_and_more_noise_keeps_what_there_was():
    some, more = (mistyped(EXAMPLES, share=share).table["text"][4].as_py().split() for share in (0.2, 0.6))  # fmt: skip
    wrong = [[n for n, word in enumerate(words) if word != "word"] for words in (some, more)]
    assert 10 <= len(wrong[0]) <= 30 and 45 <= len(wrong[1]) <= 75
    assert set(wrong[0]) <= set(wrong[1]) and all(some[n] == more[n] for n in wrong[0])
    assert mistyped(EXAMPLES, share=0.2, seed=1).table["text"][4].as_py().split() != some


def test_what_has_no_text_is_refused():
    with pytest.raises(BadSetting, match=r"\[0, 1\]"):
        mistyped(EXAMPLES, share=1.5)
    tags = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags", "und")
    with pytest.raises(BadValue, match="no texts"):
        mistyped(tags)
