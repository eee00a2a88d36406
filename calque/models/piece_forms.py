"""New pieces as sequences of old ones: what a network reads of a piece that it has never seen.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", section 3.2,
https://arxiv.org/abs/2405.07883
"""

from collections.abc import Sequence

import numpy as np

from calque.values import Vocabulary
from calque.values.marks import BEGINS, LONE, as_bytes, byte_letters

_SPACE = "Ġ"


class Forms:
    """Cuts texts of pieces into the pieces of one vocabulary."""

    def __init__(self, old: Vocabulary):
        self.model, self.normalizer = old.fast.model, old.fast.normalizer
        self.words = old.fast.pre_tokenizer
        self.bytes = old.in_bytes
        self.marked = self.bytes or any(p.startswith(BEGINS) and p != BEGINS for p in old.pieces)
        self.unknown = old.special_id("unk")
        self.known: dict[str, int] = {}
        for number, text in enumerate(old.readings):
            if text:  # of several that are spelled alike the first counts
                self.known.setdefault(text, number)
        self.longest = max(map(len, self.known), default=0)

    def of(self, text: str) -> tuple[int, ...]:
        """Old ids of a piece's text, as `Vocabulary.readings` gives it; its own id alone where it is an old piece.

        What no old piece covers is left out, so a text may have none.
        """
        if text in self.known:
            return (self.known[text],)
        begins = text.startswith(BEGINS) and len(text) > 1
        body = self._normalized(text[1:] if begins else text)
        if not body:
            return ()
        found = self._by_model(body, begins) if self.marked else self._by_words(body, begins)
        return () if found == (self.known.get(BEGINS),) else found  # the space alone says nothing

    def matrix(self, texts: Sequence[str], longest: int) -> np.ndarray:
        """[t, longest] old ids of each text, -1 behind its end; what is longer loses its end."""
        grid = np.full((len(texts), longest), -1, dtype=np.int64)
        for row, text in enumerate(texts):
            form = self.of(text)[:longest]
            grid[row, : len(form)] = form
        return grid

    def _normalized(self, body: str) -> str:
        if self.normalizer is None or _broken(body):
            return body
        read = self.normalizer.normalize_str(body).replace(" ", BEGINS)
        # some normalizers put the mark before every text, which may not be a word's beginning here
        return read[1:] if read.startswith(BEGINS) and not body.startswith((BEGINS, " ")) else read

    def _by_model(self, body: str, begins: bool) -> tuple[int, ...]:
        if self.bytes:
            read = as_bytes(body.replace(BEGINS, " "))
            text = _SPACE * begins + "".join(byte_letters()[byte] for byte in read)
        elif _broken(body):
            return ()
        else:
            text = BEGINS * begins + body
        ids = (token.id for token in self.model.tokenize(text))
        return tuple(number for number in ids if number != self.unknown)

    def _by_words(self, body: str, begins: bool) -> tuple[int, ...]:
        """The longest piece first, as WordPiece does; a letter that no piece covers is left out."""
        if _broken(body):
            return ()
        words = [body]
        if self.words is not None:
            words = [word for word, _ in self.words.pre_tokenize_str(body)]
        found: list[int] = []
        for number, word in enumerate(words):
            start, inside = 0, not begins and not number
            while start < len(word):
                first, other = ("", BEGINS) if inside else (BEGINS, "")
                piece, end = self._longest(word, start, first)
                if piece is None:  # a sign may be known as a word alone, or only within words
                    piece, end = self._longest(word, start, other)
                if piece is not None:
                    found.append(piece)
                start, inside = end, True
        return tuple(found)

    def _longest(self, word: str, start: int, mark: str) -> tuple[int | None, int]:
        for end in range(min(len(word), start + self.longest), start, -1):
            piece = self.known.get(mark + word[start:end])
            if piece is not None:
                return piece, end
        return None, start + 1


def _broken(text: str) -> bool:
    return LONE.search(text) is not None
