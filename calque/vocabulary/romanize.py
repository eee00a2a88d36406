"""Romanizes texts of any script with uroman, and keeps the places.

Source: Hermjakob et al. 2018, "Out-of-the-box Universal Romanization Tool uroman",
https://aclanthology.org/P18-4003
"""

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
    every: list[Piece] = []
    counts: list[int] = []
    for pieces in found.pieces(track(texts, "romanizing", total=len(texts))):
        strings.append("".join([piece.text for piece in pieces]))
        every += pieces
        counts.append(len(pieces))
    code = texts.language.split("_")[0]
    language = "und" if code == "und" else f"{code}_Latn"
    rewritten = Texts.of(strings, language, tokenized=texts.tokenized)
    spans, sizes = _placed(every, np.array(counts, dtype=np.int64))
    return View.packed(texts, rewritten, spans, sizes)


def _placed(pieces: list[Piece], counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The spans of all texts, counted from the start of each, and how many every text has.

    counts: pieces of each text
    """
    lengths = np.array([(piece.length, len(piece.text)) for piece in pieces], dtype=np.int64)
    sizes = np.array([len(piece.spans) for piece in pieces], dtype=np.int64)
    before = np.concatenate([np.zeros((1, 2), dtype=np.int64), lengths.reshape(-1, 2).cumsum(0)])
    ends = np.concatenate([[0], counts.cumsum()])
    starts = before[:-1] - np.repeat(before[ends[:-1]], counts, axis=0)  # within its text
    spans = np.concatenate([np.zeros((0, 4), dtype=np.int32), *(piece.spans for piece in pieces)])
    spans += np.repeat(starts, sizes, axis=0)[:, [0, 0, 1, 1]].astype(np.int32)
    return spans, np.diff(np.concatenate([[0], sizes.cumsum()])[ends])
