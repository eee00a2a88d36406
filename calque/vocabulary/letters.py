"""What the pieces of a tokenizer read as, without any marks."""

from calque.values import Vocabulary
from calque.values.marks import BEGINS, spelled

# byte-level tokenizers write bytes as letters: those that are visible in Latin-1 as themselves, the
# others as the letters from U+0100 on, in order
_VISIBLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_HIDDEN = [byte for byte in range(256) if byte not in _VISIBLE]
_BYTES = {chr(byte): byte for byte in _VISIBLE} | {
    chr(0x100 + k): byte for k, byte in enumerate(_HIDDEN)
}
_BROKEN = "\ufffd"  # what bytes that are no whole character read as


def letters(vocabulary: Vocabulary) -> list[str]:
    """The text of each piece without marks and white space around; "" for special pieces, gaps and bytes."""
    special = set(vocabulary.special.values())
    pieces = vocabulary.pieces
    if '"ByteLevel"' in vocabulary.tokenizer:
        texts = [_of_bytes(piece) for piece in pieces]
    else:
        texts = [text.replace(BEGINS, " ") for text in spelled(pieces)]
    return [
        "" if piece in special or _BROKEN in text or _is_byte(piece) else text.strip()
        for piece, text in zip(pieces, texts, strict=True)
    ]


def _is_byte(piece: str) -> bool:
    return len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">")


def _of_bytes(piece: str) -> str:
    if not all(letter in _BYTES for letter in piece):  # an added piece, written as it is
        return piece
    return bytes(_BYTES[letter] for letter in piece).decode(errors="replace")
