"""A tokenizer as data."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from calque.errors import BadValue
from calque.values.base import Value
from calque.values.marks import LONE, Marks, marks_of, spelled

ROLES = ("unk", "pad", "cls", "sep", "mask", "bos", "eos")
# families name the same place differently: what stands first, and what stands last
# of a piece that plays several roles the first of these counts: rows of padding say nothing
_SPEAKING = ("cls", "bos", "sep", "eos", "mask", "unk", "pad")
_LIKE = {"cls": "bos", "bos": "cls", "sep": "eos", "eos": "sep"}


@dataclass(frozen=True)
class Vocabulary(Value):
    """A fast tokenizer: its pieces, how it cuts text, and which piece plays which special role.

    tokenizer: the JSON text of a `tokenizers.Tokenizer`
    special:   role ("unk", "pad", "cls", "sep", "mask", "bos", "eos") to piece
    """

    tokenizer: str
    special: dict[str, str]

    def __post_init__(self):
        try:
            json.loads(self.tokenizer)
        except ValueError as error:
            raise BadValue(f"Vocabulary: not the JSON of a tokenizer: {error}") from error
        unknown = set(self.special) - set(ROLES)
        if unknown:
            raise BadValue(f"Vocabulary: no role {sorted(unknown)}; there are: {', '.join(ROLES)}")

    @cached_property
    def fast(self):
        """The `tokenizers.Tokenizer`, without truncation or padding. Do not change it."""
        from tokenizers import Tokenizer

        fast = Tokenizer.from_str(self.tokenizer)
        fast.no_padding()
        fast.no_truncation()
        return fast

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Piece texts by id, with the marks of the tokenizer's model (##, ▁, Ġ); gaps are empty."""
        own = self.fast.get_vocab(with_added_tokens=False)
        # behind a vocabulary with gaps an added piece may have the number of another one, and wins
        added = {k: token.content for k, token in self.fast.get_added_tokens_decoder().items()}
        by_id = {k: piece for piece, k in own.items()} | added
        return tuple(by_id.get(k, "") for k in range(max(by_id, default=-1) + 1))

    @cached_property
    def marks(self) -> Marks:
        """How pieces show where words begin or end."""
        return marks_of(json.loads(self.tokenizer))

    @property
    def in_bytes(self) -> bool:
        """Whether pieces are bytes written as letters, as in GPT-2."""
        return self.marks.in_bytes

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """What each piece reads, by id: characters, and ▁ where a word begins, whatever the marks.

        Where the tokenizer marks ends instead, ▁ stands behind what ends a word (`values.marks`). A
        byte that is no whole character, or a piece by itself, is a lone surrogate. Special pieces, of
        a role or added as such, the unknown piece and gaps read nothing: "".
        """
        state = json.loads(self.tokenizer)
        added = {token["content"]: token for token in state.get("added_tokens") or ()}
        closed = {piece for piece, token in added.items() if token.get("special")}
        closed |= {*self.special.values(), _unknown(state["model"]), ""}
        return tuple(
            ""
            if piece in closed
            else self.marks.read_added(piece)
            if piece in added
            else self.marks.read(piece)
            for piece in self.pieces
        )

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The readings of whole characters; "" for pieces in which a byte stands alone."""
        return tuple("" if LONE.search(reading) else reading for reading in self.readings)

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """The readings to compare by: lone bytes as <0xC3>, and what reads nothing under its own name."""
        return tuple(
            spelled(reading) or piece
            for piece, reading in zip(self.pieces, self.readings, strict=True)
        )

    def special_id(self, role: str) -> int | None:
        """Id of the piece that plays `role`, None where there is none."""
        return self.fast.token_to_id(self.special[role]) if role in self.special else None

    @property
    def special_ids(self) -> set[int]:
        """Ids of the special pieces that the tokenizer has."""
        return {self.special_id(role) for role in self.special} - {None}  # type: ignore[return-value]

    def role_id(self, role: str) -> int | None:
        """Id of the piece of that role, or of the like one of another family (cls, bos; sep, eos)."""
        found = self.special_id(role)
        return self.special_id(_LIKE[role]) if found is None and role in _LIKE else found

    def special_from(self, old: "Vocabulary") -> dict[int, int | None]:
        """Ids of this vocabulary's special pieces, to ids of the pieces of `old` with the same role."""
        places: dict[int, int | None] = {}
        for role in _SPEAKING:
            own = self.special_id(role)
            if own is not None and places.get(own) is None:
                places[own] = old.role_id(role)
        return places

    def encode(self, texts: Sequence[str]) -> list[Any]:
        """The encodings of texts, without special pieces around; BadValue where one cannot be cut."""
        with self._cutting(texts):
            return self.fast.encode_batch(list(texts), add_special_tokens=False)

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of `encode`, at less cost."""
        with self._cutting(texts):
            found = self.fast.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in found]

    @contextmanager
    def _cutting(self, texts: Sequence[str]) -> Iterator[None]:
        """Name the text that cannot be cut: without an unknown piece a tokenizer stops at what it lacks."""
        try:
            yield
        except Exception as error:  # tokenizers raises nothing more special
            text = next((text for text in texts if not self.knows(text)), "")
            raise BadValue(
                f"Vocabulary: cannot cut {text[:80]!r}: {error}; the tokenizer needs an unknown piece, "
                "or every character of the text"
            ) from error

    def knows(self, text: str) -> bool:
        """Whether the text can be cut, as every text can be where there is an unknown piece."""
        try:
            self.fast.encode(text, add_special_tokens=False)
        except Exception:  # as above
            return False
        return True

    def encode_words(self, sentences: list[list[str]]) -> list[list[list[int]]]:
        """Piece ids of every word of every sentence; a word without pieces has an empty list."""
        with self._cutting([" ".join(words) for words in sentences]):
            encodings = self.fast.encode_batch(
                sentences, is_pretokenized=True, add_special_tokens=False
            )
        result = []
        for words, encoding in zip(sentences, encodings, strict=True):
            cut: list[list[int]] = [[] for _ in words]
            for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
                if word is not None:
                    cut[word].append(piece)
            result.append(cut)
        return result

    def __len__(self) -> int:
        return len(self.pieces)


def _unknown(model: Mapping[str, Any]) -> str | None:
    """The piece for what the model does not know."""
    number = model.get("unk_id")
    return model.get("unk_token") if number is None else model["vocab"][number][0]
