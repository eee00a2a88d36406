"""A tokenizer as data."""

import json
from dataclasses import dataclass
from functools import cached_property

from calque.errors import BadValue
from calque.values.base import Value
from calque.values.marks import byte_level, spelled

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
        ids = self.fast.get_vocab(with_added_tokens=True)
        pieces = [""] * (max(ids.values()) + 1)
        for piece, index in ids.items():
            pieces[index] = piece
        return tuple(pieces)

    @cached_property
    def in_bytes(self) -> bool:
        """Whether pieces are bytes written as letters, as in GPT-2."""
        return byte_level(json.loads(self.tokenizer))

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """What the pieces read, by id, in one spelling for all tokenizers (`values.marks`)."""
        return tuple(spelled(self.pieces, in_bytes=self.in_bytes))

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

    def encode_words(self, sentences: list[list[str]]) -> list[list[list[int]]]:
        """Piece ids of every word of every sentence; a word without pieces has an empty list."""
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
