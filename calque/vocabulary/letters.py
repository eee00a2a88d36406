"""What the pieces of a tokenizer read as, without any marks."""

from calque.values import Vocabulary
from calque.values.marks import BEGINS


def letters(vocabulary: Vocabulary) -> list[str]:
    """The text of each piece without marks and white space around; "" for special pieces, gaps and bytes."""
    special = set(vocabulary.special.values())
    return [
        "" if piece in special or "<0x" in text else text.replace(BEGINS, " ").strip()
        for piece, text in zip(vocabulary.pieces, vocabulary.spelled, strict=True)
    ]
