"""translator: Texts -> View. Says the same in another language; every translator is a rewriter, too."""

from typing import Any

from calque.roles import rewriter as _rewriter
from calque.roles.base import Role
from calque.values import Bitext, Texts, View

_TEXTS = (
    "The river is 7 km long.",
    "",
    "Rain",
    "two\nlines",
    "a * b, ^c$ [d] {e} <f> \\ / @g #h",
    "The river is 7 km long.",
    "النهر طويل، و25٪ منه جاف",
    "\u2028x\u0085y\r\u200b",
    " \t ",
    "long " * 300,
)


def example(seed: int) -> tuple[Texts]:
    """Lines of which some are empty, doubled, broken in two, in another script or full of signs."""
    return (Texts.of(_TEXTS, "eng"),)


def evidence(seed: int) -> dict[str, Any]:
    """What translators may ask for beside the texts, by the name of the argument; settings, too."""
    pairs = [(text, " ".join(text.upper().split())) for text in _TEXTS[:-1]]
    return {
        "lexicon": _rewriter.evidence(seed)["lexicon"] if _rewriter.evidence else None,
        "pairs": Bitext.of(pairs, "eng", "swh"),
        "pair": "eng-spa",
        "language": "swh",
        "model": "any",
    }


def fares_alone_as_among_others(part, texts: Texts):
    """A text's translation is its own, whatever stands before it: nothing is ever shifted."""
    together = list(part(texts).rewritten)
    for row in range(len(texts)):
        assert list(part(texts.take([row])).rewritten) == together[row : row + 1]


def tells_what_is_missing(part, texts: Texts):
    """A text with letters that has no translation says why in the column `trouble`."""
    rewritten = part(texts).rewritten
    for row, (old, new) in enumerate(zip(texts, rewritten, strict=True)):
        if not new and any(map(str.isalnum, old)):
            assert rewritten.table["trouble"][row].as_py()


def keeps_words_apart(part, texts: Texts):
    """Texts whose words are separated by single spaces are translated into such."""
    apart = Texts.of([" ".join(text.split()) for text in texts], texts.language, tokenized=True)
    view: View = part(apart)
    assert view.rewritten.tokenized
    for text in view.rewritten:
        assert all(text.split(" ")) or not text


def breaks_no_line(part, texts: Texts):
    """A text of one line is translated into one line, so that files stay line by line."""
    for old, new in part(texts):
        assert "\n" in old or "\n" not in new


translator = Role(
    "translator",
    takes=("texts",),
    gives=View,
    about="Says the same in another language. Every translator is a rewriter, too.",
    example=example,
    evidence=evidence,
    laws=(
        *_rewriter.laws,
        fares_alone_as_among_others,
        tells_what_is_missing,
        keeps_words_apart,
        breaks_no_line,
    ),
)
