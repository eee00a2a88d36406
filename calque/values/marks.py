"""One spelling for pieces of all tokenizers, so that equal pieces can be found."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

BEGINS = "▁"
_CONTINUES = "##"
BYTE = re.compile("<0x([0-9A-F]{2})>")
LONE = re.compile("[\ud800-\udfff]")  # what Python decodes a byte to that is no character


def spelled(pieces: Sequence[str], *, in_bytes: bool = False) -> list[str]:
    """The pieces' texts with ▁ before those that begin a word; special pieces and gaps as they are.

    WordPiece marks what continues a word (##), SentencePiece (▁) and byte-level BPE (Ġ) what begins
    one: which of the first two it is shows in the vocabulary as a whole. One without any mark is of
    words.

    in_bytes: pieces are bytes written as letters (`byte_level`). They are read; a byte that is no
              whole character reads as <0xC3>, which is how others spell it
    """
    if in_bytes:
        return [LONE.sub(_byte, text) for text in unlettered(pieces)]
    counts = {
        mark: sum(piece.startswith(mark) and len(piece) > len(mark) for piece in pieces)
        for mark in (_CONTINUES, BEGINS)
    }
    mark = max(counts, key=lambda mark: counts[mark])  # either may be ordinary text too
    mark = mark if counts[mark] else ""
    return [_spelled(piece, mark) for piece in pieces]


def unlettered(pieces: Sequence[str]) -> list[str]:
    """What bytes written as letters spell, ▁ for every space.

    Bytes that are no whole character are lone surrogates ("surrogateescape"); a piece of other
    letters, as added ones may be, stays as it is.
    """
    known = {letter: byte for byte, letter in enumerate(byte_letters())} | {BEGINS: ord(" ")}
    texts = []
    for piece in pieces:
        numbers = [known.get(letter) for letter in piece]
        if None in numbers or _is_special(piece):
            texts.append(piece)
            continue
        read = bytes(number for number in numbers if number is not None)
        texts.append(read.decode("utf-8", "surrogateescape").replace(" ", BEGINS))
    return texts


@cache
def byte_letters() -> tuple[str, ...]:
    """The letter that stands for each byte in byte-level pieces: itself where it shows, else from 256 on."""
    shown = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in shown else next(others)) for byte in range(256))


def byte_level(tokenizer: Mapping[str, Any]) -> bool:
    """Whether pieces are bytes written as letters, by the JSON of a tokenizer.

    A post-processor of that name does not count: it only moves offsets.
    """
    return any(
        has_step(tokenizer.get(name), "ByteLevel")
        for name in ("normalizer", "pre_tokenizer", "decoder")
    )


def has_step(step: Mapping[str, Any] | None, kind: str) -> bool:
    """Whether a normalizer, pre-tokenizer or decoder is of this kind or has one of it within."""
    if not step:
        return False
    inner = (step.get(name) or () for name in ("normalizers", "pretokenizers", "decoders"))
    return step.get("type") == kind or any(has_step(one, kind) for some in inner for one in some)


def _byte(found: re.Match[str]) -> str:
    return f"<0x{ord(found[0]) - 0xDC00:02X}>"


def _is_special(piece: str) -> bool:
    return len(piece) > 1 and piece[0] in "[<"


def _spelled(piece: str, mark: str) -> str:
    if not piece or _is_special(piece):
        return piece
    if mark == BEGINS:
        return piece
    return piece[2:] if mark and piece.startswith(mark) else BEGINS + piece
