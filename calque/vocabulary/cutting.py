"""How a vocabulary cuts words of running text, and the pieces of another vocabulary."""

from collections.abc import Sequence
from typing import Any

from tokenizers import models

from calque.values import Vocabulary
from calque.values.marks import BEGINS, BYTE, byte_letters

_BEFORE = "a"  # what stands before a word in running text


def cut_words(vocabulary: Vocabulary, words: Sequence[str]) -> list[list[int]]:
    """Piece ids of each word as it is cut behind another one; a word without pieces has none."""
    alone = vocabulary.fast.encode(_BEFORE, add_special_tokens=False).ids
    running = vocabulary.fast.encode_batch(
        [f"{_BEFORE} {word}" for word in words], add_special_tokens=False
    )
    cut = [
        encoding.ids[len(alone) :] if encoding.ids[: len(alone)] == alone else None
        for encoding in running
    ]
    lost = [place for place, ids in enumerate(cut) if ids is None]  # joined with what is before
    for place, (ids,) in zip(
        lost, vocabulary.encode_words([[words[k]] for k in lost]), strict=True
    ):
        cut[place] = ids
    return [ids or [] for ids in cut]


def cut_pieces(old: Vocabulary, new: Vocabulary) -> list[list[int]]:
    """Per piece of `new`, the pieces that `old` cuts its text into, unknown and special ones left out.

    What begins a word is cut as a word behind a space, what goes on inside one as the inside of a
    word; bytes of a byte-level piece that are no characters become bytes of `old`, where it has them.
    """
    cutter = _Cutter(old)
    texts = contents(new)
    starts = [k for k, (begins, data) in enumerate(texts) if begins and _text(data)]
    words = cut_words(old, [_text(texts[k][1]) or "" for k in starts])
    whole = dict(zip(starts, words, strict=True))
    special = set(new.special.values())
    dropped = old.special_ids
    found = []
    for k, (begins, data) in enumerate(texts):
        if new.pieces[k] in special or not (data or begins):
            found.append([])
            continue
        ids = whole[k] if k in whole else cutter.inside(begins, data)
        found.append([index for index in ids if index not in dropped])
    return found


def contents(vocabulary: Vocabulary) -> list[tuple[bool, bytes]]:
    """Per piece, whether it begins a word, and its text without any mark as bytes of UTF-8."""
    if vocabulary.in_bytes:
        read = {char: bytes([value]) for value, char in enumerate(byte_letters())}
        whole = [
            b"".join(read.get(char, char.encode()) for char in piece) for piece in vocabulary.pieces
        ]
        return [(data.startswith(b" "), data.removeprefix(b" ")) for data in whole]
    found = []
    for piece in vocabulary.spelled:
        byte = BYTE.fullmatch(piece)
        text = piece.removeprefix(BEGINS).replace(BEGINS, " ")
        data = bytes([int(byte[1], 16)]) if byte else text.encode("utf-8", "replace")
        found.append((piece.startswith(BEGINS), data))
    return found


def _text(data: bytes) -> str | None:
    """The text that these bytes are; None where they are no whole characters."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


class _Cutter:
    """Cuts what is no whole word by the model alone, as the pre-tokenizer would mark it as one."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.model: Any = vocabulary.fast.model
        self.bytes = vocabulary.in_bytes
        self.within = _inside_words(vocabulary)

    def inside(self, begins: bool, data: bytes) -> list[int]:
        if self.bytes:
            letters = byte_letters()
            return self._ids(self.model, "".join(letters[value] for value in b" " * begins + data))
        text = _text(data)
        if text is None:
            ids = [self.vocabulary.fast.token_to_id(f"<0x{value:02X}>") for value in data]
            return [index for index in ids if index is not None]
        if self.within is not None:
            return self._behind_a_letter(text, self.within)
        text = self._read(text)
        return self._ids(self.model, BEGINS * begins + text.replace(" ", BEGINS))

    def _behind_a_letter(self, text: str, within: models.WordPiece) -> list[int]:
        """Some texts go on with the word, others (signs, Chinese) begin one of their own all the same."""
        first, *others = self._chunks(self._read(_BEFORE + text)) or [""]
        if first.startswith(_BEFORE):
            cut = self._ids(within, first.removeprefix(_BEFORE))
        else:  # composed with the letter
            first, *others = self._chunks(self._read(text)) or [""]
            cut = self._ids(within, first)
        return cut + [index for chunk in others for index in self._ids(self.model, chunk)]

    def _read(self, text: str) -> str:
        normalizer: Any = self.vocabulary.fast.normalizer
        if normalizer is None:
            return text
        read = normalizer.normalize_str(text).replace(BEGINS, " ")
        return read if text.startswith(" ") else read.removeprefix(" ")  # some put one before it

    def _chunks(self, text: str) -> list[str]:
        splitter: Any = self.vocabulary.fast.pre_tokenizer
        return [text] if splitter is None else [c for c, _ in splitter.pre_tokenize_str(text)]

    def _ids(self, model: Any, text: str) -> list[int]:
        return [token.id for token in model.tokenize(text)] if text else []


def _inside_words(vocabulary: Vocabulary) -> models.WordPiece | None:
    """For WordPiece, a model that cuts what stands inside a word; None for other kinds."""
    model: Any = vocabulary.fast.model
    if not isinstance(model, models.WordPiece):
        return None
    mark, ids = model.continuing_subword_prefix, vocabulary.fast.get_vocab()
    going_on = {piece: k for piece, k in ids.items() if piece.startswith(mark) and piece != mark}
    begun = {piece.removeprefix(mark): k for piece, k in going_on.items()}
    unknown = {model.unk_token: ids[model.unk_token]} if model.unk_token in ids else {}
    return models.WordPiece(
        begun | going_on | unknown,
        unk_token=model.unk_token,
        max_input_chars_per_word=model.max_input_chars_per_word,
        continuing_subword_prefix=mark,
    )
