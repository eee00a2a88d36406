"""One spelling for pieces of all tokenizers, so that equal pieces can be found."""

from collections.abc import Sequence

BEGINS = "▁"
_CONTINUES, _BYTES = "##", "Ġ"


def spelled(pieces: Sequence[str]) -> list[str]:
    """The pieces' texts with ▁ before those that begin a word; special pieces and gaps as they are.

    WordPiece marks what continues a word (##), SentencePiece (▁) and byte-level BPE (Ġ) what begins
    one: which of them it is shows in the vocabulary as a whole. One without any mark is of words.
    """
    counts = {
        mark: sum(piece.startswith(mark) and len(piece) > len(mark) for piece in pieces)
        for mark in (_CONTINUES, _BYTES, BEGINS)
    }
    mark = max(counts, key=lambda mark: counts[mark])  # any of them may be ordinary text too
    mark = mark if counts[mark] else ""
    return [_spelled(piece, mark) for piece in pieces]


def _spelled(piece: str, mark: str) -> str:
    if not piece or (piece[0] in "[<" and len(piece) > 1):
        return piece
    if mark in (_CONTINUES, ""):
        return piece[2:] if mark and piece.startswith(mark) else BEGINS + piece
    return piece.replace(mark, BEGINS, 1) if piece.startswith(mark) else piece
