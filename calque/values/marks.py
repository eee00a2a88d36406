"""What the pieces of a tokenizer read, whatever marks they carry, and how a reading is written."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

BEGINS = "▁"
BYTE = re.compile("<0x([0-9A-F]{2})>")
LONE = re.compile("[\ud800-\udfff]")  # what Python decodes a byte to that is no character
_LONE = 0xDC00  # and what a byte that stands alone is added to


@dataclass(frozen=True)
class Marks:
    """How the pieces of a tokenizer show where words begin and end.

    within:   stands before what goes on inside a word (## of WordPiece); "" for none
    ends:     stands behind what ends a word (</w>); "" for none
    spaces:   whether a sign stands for the space before a word: ▁, or Ġ in bytes
    in_bytes: whether pieces are bytes written as letters, as in GPT-2

    Without any of the first three, every piece is taken for one that begins a word.
    """

    within: str = ""
    ends: str = ""
    spaces: bool = False
    in_bytes: bool = False

    def read(self, piece: str) -> str:
        """What a piece of the model reads: ▁ where a word begins, or, with `ends`, behind where it ends.

        A byte that is no whole character, or a piece by itself (<0xC3>), is a lone surrogate.
        """
        byte = None if self.in_bytes else BYTE.fullmatch(piece)
        if byte:
            return chr(_LONE + int(byte[1], 16))
        ended = bool(self.ends) and piece.endswith(self.ends)
        text = piece.removesuffix(self.ends) if ended else piece
        goes_on = bool(self.within) and text.startswith(self.within) and text != self.within
        text = text.removeprefix(self.within) if goes_on else text
        text = unlettered(text) if self.in_bytes else text
        if not (goes_on or self.spaces or self.ends):
            return BEGINS + text
        return text + BEGINS if ended else text

    def read_added(self, content: str) -> str:
        """What an added token reads, which stands in text as it is; marks it has none."""
        text = content.replace(" ", BEGINS)
        return text if self.spaces or self.ends else BEGINS + text

    def write(self, reading: str) -> str:
        """The piece that reads so. Where ends are marked, what begins a word is taken for all of it."""
        bare = reading.strip(BEGINS)
        text = reading if self.spaces else (bare or reading)
        if self.in_bytes:
            letters = byte_letters()
            text = "".join(letters[byte] for byte in as_bytes(text.replace(BEGINS, " ")))
        if self.ends and bare != reading:
            return text + self.ends
        if self.within and not reading.startswith(BEGINS):
            return self.within + text
        return text

    def joined(self, *pieces: str) -> str:
        """What a merge makes of pieces that stand side by side."""
        first, *others = pieces
        return first + "".join(piece.removeprefix(self.within) for piece in others)

    def symbols(self, piece: str) -> list[str]:
        """The single characters, marked like pieces, that merges make a piece of."""
        ended = bool(self.ends) and piece.endswith(self.ends)
        text = piece.removesuffix(self.ends) if ended else piece
        goes_on = bool(self.within) and text.startswith(self.within) and text != self.within
        first, *others = text.removeprefix(self.within) if goes_on else text
        made = [self.within * goes_on + first, *(self.within + sign for sign in others)]
        return [*made[:-1], made[-1] + self.ends] if ended else made


def marks_of(tokenizer: Mapping[str, Any]) -> Marks:
    """The marks of a tokenizer, by its JSON."""
    model = tokenizer["model"]
    steps = [tokenizer.get(name) for name in ("normalizer", "pre_tokenizer", "decoder")]
    in_bytes = any(has_step(step, "ByteLevel") for step in steps)
    within, ends = (
        model.get(f"{n}") or "" for n in ("continuing_subword_prefix", "end_of_word_suffix")
    )
    if within or ends:
        return Marks(within, ends, False, in_bytes)
    spaces = in_bytes or BEGINS in json.dumps(steps, ensure_ascii=False)
    return Marks("", "", spaces or any(map(_marked, model["vocab"])), in_bytes)


def _marked(piece: str | list[Any]) -> bool:
    text = piece if isinstance(piece, str) else piece[0]
    return text.startswith(BEGINS) and text != BEGINS


def unlettered(piece: str) -> str:
    """What bytes written as letters spell, ▁ for every space.

    Bytes that are no whole character are lone surrogates ("surrogateescape"); what has other letters
    stays as it is.
    """
    known = _bytes_of_letters()
    numbers = [known.get(letter) for letter in piece]
    if None in numbers:
        return piece
    read = bytes(number for number in numbers if number is not None)
    return read.decode("utf-8", "surrogateescape").replace(" ", BEGINS)


def as_bytes(reading: str) -> bytes:
    """The bytes of a reading, lone ones among them."""
    if not LONE.search(reading):
        return reading.encode()
    return b"".join(
        bytes([ord(sign) & 0xFF]) if LONE.match(sign) else sign.encode() for sign in reading
    )


def begun(reading: str) -> str:
    """What ends a word, of a tokenizer that marks ends, taken for all of it: cat▁ as ▁cat."""
    return BEGINS + reading[:-1] if reading.endswith(BEGINS) and reading != BEGINS else reading


def spelled(reading: str) -> str:
    """The reading with lone bytes as <0xC3>, which is how tokenizers with byte fallback spell them."""
    return LONE.sub(lambda found: f"<0x{ord(found[0]) & 0xFF:02X}>", reading)


@cache
def byte_letters() -> tuple[str, ...]:
    """The letter that stands for each byte in byte-level pieces: itself where it shows, else from 256 on."""
    shown = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in shown else next(others)) for byte in range(256))


@cache
def _bytes_of_letters() -> dict[str, int]:
    return {letter: byte for byte, letter in enumerate(byte_letters())} | {BEGINS: ord(" ")}


def has_step(step: Mapping[str, Any] | None, kind: str) -> bool:
    """Whether a normalizer, pre-tokenizer or decoder is of this kind or has one of it within."""
    if not step:
        return False
    inner = (step.get(name) or () for name in ("normalizers", "pretokenizers", "decoders"))
    return step.get("type") == kind or any(has_step(one, kind) for some in inner for one in some)
