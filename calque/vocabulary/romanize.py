"""Romanizes texts of any script with uroman, and keeps the places.

Source: Hermjakob et al. 2018, "Out-of-the-box Universal Romanization Tool uroman",
https://aclanthology.org/P18-4003
"""

from collections.abc import Iterator

import numpy as np

from calque.languages.romanization import Piece, romanizer
from calque.progress import track
from calque.roles import rewriter
from calque.values import Texts, View


@rewriter(paper="hermjakob-etal-2018-uroman")
def romanize(texts: Texts, *, rules: str | None = None) -> View:
    """Write texts of any script in Latin letters, character by character, as uroman 1.3 does.

    The result is uroman's on every line, and each span of the view is one of its edges; neighbors that
    stay as they are make one span. Where uroman's answer changes from run to run, because two rules say
    different things of one span, it is always what the first one says. A Chinese sign of fractions
    without a number after it, on which uroman fails, is read as an ordinary word.

    texts: text in Latin letters stays as it is, but for marks on letters: they are dropped
    rules: the language whose own rules are used beside the general ones, ISO 639-3; None for that of
           the texts, "und" for none. uroman has such rules for 23 languages
    """
    found = romanizer(texts.language if rules is None else rules)
    strings: list[str] = []
    spans: list[np.ndarray] = []
    sizes: list[int] = []
    for pieces in found.pieces(track(texts, "romanizing", total=len(texts))):
        strings.append("".join(piece.text for piece in pieces))
        sizes.append(sum(len(piece.spans) for piece in pieces))
        spans += _placed(pieces)
    code = texts.language.split("_")[0]
    language = "und" if code == "und" else f"{code}_Latn"
    rewritten = Texts.of(strings, language, tokenized=texts.tokenized)
    flat = np.concatenate([np.zeros((0, 4), dtype=np.int32), *spans])
    return View.packed(texts, rewritten, flat, np.array(sizes, dtype=np.int64))


def _placed(pieces: list[Piece]) -> Iterator[np.ndarray]:
    """The spans of every piece, counted from the start of the text."""
    old = new = 0
    for piece in pieces:
        yield piece.spans + np.array([old, old, new, new], dtype=np.int32)
        old, new = old + piece.length, new + len(piece.text)
