"""rewriter: Texts -> View. Says the same, or nearly, in other characters, words or another language."""

from typing import Any

import numpy as np

from calque.roles.base import Role
from calque.values import Classifier, Lexicon, Texts, View

_TEXTS = (
    "The river is 7 km long.",
    "",
    "नदी ३५ किलोमीटर लंबी है।",
    "النهر طويل، و25٪ منه جاف",
    "ܫ\u200bالـ\u200dنهر\u200e \u0301a",
    "东京都は三百万人 🏴‍☠️",
    " \t ",
    "Dar il-belt kbira",
    "क्" * 300,
)


def example(seed: int) -> tuple[Texts]:
    """Lines in several scripts, one of them empty, one without a letter, one of a single long word."""
    return (Texts.of(_TEXTS, "und"),)


def evidence(seed: int) -> dict[str, Any]:
    """What rewriters may ask for beside the texts, by the name of the argument."""
    lexicon = Lexicon.of([("river", "mto", 1.0), ("long", "refu", 1.0)], "eng", "swh")
    by_initial = Classifier(
        ("other", "r"),
        ("\x02r", "\x02"),
        np.array([[-2.0, 2.0], [0.0, 0.0]]),
        np.array([0.5, -0.5]),
        2,
    )
    return {
        "lexicon": lexicon,
        "rules": Lexicon.of([("r", "ר", 1.0), ("^l", "ל", 1.0), ("ng$", "נג", 1.0)], "und", "heb"),
        "classifier": by_initial,
        "routes": {"r": _capitals},
        "ways": [_capitals, _capitals],
    }


def _capitals(texts: Texts) -> View:
    return View.whole(texts, Texts.of([text.upper() for text in texts], tokenized=texts.tokenized))


def keeps_every_text_in_order(part, texts: Texts):
    """The originals are what was given, and each has one rewritten text beside it."""
    view = part(texts)
    assert list(view.original) == list(texts)
    assert view.original.language == texts.language
    assert len(view.rewritten) == len(texts)


def leaves_nothing_as_nothing(part, texts: Texts):
    """An empty text stays empty, no texts are no texts."""
    for old, new in part(texts):
        assert old or not new
    assert len(part(texts.take([]))) == 0


def links_within_both_texts(part, texts: Texts):
    """Every span lies within its texts; words of either side are linked to words that are there."""
    view = part(texts)
    assert len(list(view.word_links())) == len(texts)
    if view.spans is None:
        return
    for row, (old, new) in enumerate(view):
        for start, end, new_start, new_end in view.spans_of(row).tolist():
            assert 0 <= start <= end <= len(old)
            assert 0 <= new_start <= new_end <= len(new)


def takes_each_text_alone(part, texts: Texts):
    """A single text gives a single text, whichever it is."""
    for row in range(len(texts)):
        assert len(part(texts.take([row]))) == 1


def gives_the_same_again(part, texts: Texts):
    """Nothing is left to chance but by a seed, which has a default."""
    assert part(texts).fingerprint() == part(texts).fingerprint()


rewriter = Role(
    "rewriter",
    takes=("texts",),
    gives=View,
    about="Rewrites texts, and says what became of what.",
    example=example,
    evidence=evidence,
    laws=(
        keeps_every_text_in_order,
        leaves_nothing_as_nothing,
        links_within_both_texts,
        takes_each_text_alone,
        gives_the_same_again,
    ),
)
