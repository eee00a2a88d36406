"""Romanized texts and their places."""

import pytest

from calque.roles import rewriter
from calque.values import Texts
from calque.vocabulary.romanize import romanize


def test_words_in_five_scripts():
    texts = Texts.of(["नेपाल", "Νεπάλ", "Москва 7", "東京", "서울"])
    assert list(romanize(texts).rewritten) == ["nepaal", "Nepal", "Moskva 7", "dongjing", "seoul"]


def test_every_span_is_what_its_characters_became():
    view = romanize(Texts.of(["नेपाल की", "Ok река"]))
    old, new = next(iter(view))
    cut = [(old[a:b], new[c:d]) for a, b, c, d in view.spans_of(0).tolist()]
    assert cut == [
        ("न", "n"),
        ("े", "e"),
        ("प", "p"),
        ("ा", "aa"),
        ("ल", "l"),
        (" ", " "),
        ("क", "k"),
        ("ी", "ii"),
    ]
    assert view.spans_of(1)[0].tolist() == [0, 3, 0, 3]  # what stays is one span


@pytest.mark.parametrize("seed", [0, 1])
def test_spans_follow_one_another_and_hold_all(seed):
    view = romanize(*rewriter.example(seed))
    for row, (old, new) in enumerate(view):
        spans = view.spans_of(row)
        ends = [[0, 0], *spans[:, [1, 3]].tolist()]
        assert spans[:, [0, 2]].tolist() == ends[:-1]
        assert ends[-1] == [len(old), len(new)]


def test_words_are_linked_one_to_one():
    (links,) = romanize(Texts.of(["В 2019 году, река"], "rus")).word_links()
    assert links.pairs.tolist() == [[k, k] for k in range(5)]


def test_the_language_is_kept_and_its_script_said():
    assert romanize(Texts.of(["а"], "rus")).rewritten.language == "rus_Latn"
    assert romanize(Texts.of(["а"], "srp_Cyrl")).rewritten.language == "srp_Latn"
    assert romanize(Texts.of(["а"])).rewritten.language == "und"
    assert romanize(Texts.of(["a b"], "eng", tokenized=True)).rewritten.tokenized


def test_rules_of_another_language_can_be_asked_for():
    texts = Texts.of(["гора"], "ukr")
    assert list(romanize(texts).rewritten) == ["hora"]
    assert list(romanize(texts, rules="und").rewritten) == ["gora"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("百分之五", "5%"),
        ("百分之多", "100fenzhiduo"),
        ("三分之", "3fenzhi"),
        ("百分之三分之", "3%fenzhi"),
    ],
)
def test_a_fraction_without_its_number_is_read(text, wanted):
    """uroman 1.3.1.1 raises AttributeError on the last three."""
    assert list(romanize(Texts.of([text])).rewritten) == [wanted]


def test_huge_and_odd_texts():
    texts = Texts.of(["ก" * 500, "\u200b", "\x00\x7f", "a" * 10_000, "٣" * 100])
    rewritten = list(romanize(texts).rewritten)
    assert rewritten[0].count("k") == 500 and rewritten[1:4] == ["", "\x00\x7f", "a" * 10_000]
    assert rewritten[4] == "3" * 100
