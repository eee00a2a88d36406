"""How a vocabulary cuts words of running text, and the pieces of another vocabulary."""

import json
from collections.abc import Sequence
from typing import Any

from tokenizers import models

from calque.errors import BadValue
from calque.values import Vocabulary
from calque.values.marks import BEGINS, LONE, as_bytes, begun, byte_letters, spelled

_BEFORE = "a"  # what stands before a word in running text


def cut_words(vocabulary: Vocabulary, words: Sequence[str]) -> list[list[int]]:
    """Piece ids of each word as it is cut behind another one; a word without pieces has none.

    Nor has one with a character that a tokenizer without an unknown piece does not know.
    """
    running = [f"{_BEFORE} {word}" for word in words]
    if not vocabulary.knows(_BEFORE):
        return _alone(vocabulary, words)
    alone = vocabulary.cut([_BEFORE])[0]
    try:
        found = vocabulary.cut(running)
    except BadValue:
        known = [text for text in running if vocabulary.knows(text)]
        by_text = dict(zip(known, vocabulary.cut(known), strict=True))
        found = [by_text.get(text, alone) for text in running]
    cut = [ids[len(alone) :] if ids[: len(alone)] == alone else None for ids in found]
    lost = [place for place, ids in enumerate(cut) if ids is None]  # joined with what is before
    for place, ids in zip(lost, _alone(vocabulary, [words[k] for k in lost]), strict=True):
        cut[place] = ids
    return [ids or [] for ids in cut]


def _alone(vocabulary: Vocabulary, words: Sequence[str]) -> list[list[int]]:
    """Each word as a text by itself."""
    known = [word for word in dict.fromkeys(words) if vocabulary.knows(word)]
    cut = vocabulary.encode_words([[word] for word in known])
    by_word = {word: ids for word, (ids,) in zip(known, cut, strict=True)}
    return [by_word.get(word, []) for word in words]


def cut_pieces(old: Vocabulary, new: Vocabulary) -> list[list[int]]:
    """Per piece of `new`, the pieces that `old` cuts its text into; unknown and special ones are left out.

    What begins a word is cut as a word behind a space, and so is what ends one where `new` marks ends;
    what goes on inside one as the inside of a word. Bytes of a byte-level piece that are no characters
    become bytes of `old`, where it has them.
    """
    cutter = _Cutter(old)
    readings = [begun(text) if new.marks.ends else text for text in new.readings]
    starts = [k for k, text in enumerate(readings) if text[1:] and _is_word(text)]
    words = cut_words(old, [readings[k][1:].replace(BEGINS, " ") for k in starts])
    whole = dict(zip(starts, words, strict=True))
    silent = {k for k, text in enumerate(old.readings) if not text}
    found = []
    for k, text in enumerate(readings):
        ids = whole[k] if k in whole else cutter.inside(text)
        found.append([index for index in ids if index not in silent])
    return found


def _is_word(reading: str) -> bool:
    return reading.startswith(BEGINS) and not LONE.search(reading)


class _Cutter:
    """Cuts what is no whole word by the model alone, as the pre-tokenizer would mark it as one."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary, self.marks = vocabulary, vocabulary.marks
        self.model: Any = vocabulary.fast.model
        self.within = _inside_words(vocabulary)

    def inside(self, reading: str) -> list[int]:
        """Piece ids of a reading that is no word, or of which a byte stands alone."""
        text = reading.replace(BEGINS, " ")
        if self.within is not None and not LONE.search(text):
            return self._behind_a_letter(text, self.within)
        if self.marks.in_bytes:
            letters = byte_letters()
            text = text if self.marks.spaces else text.strip(" ")
            return self._ids(self.model, "".join(letters[byte] for byte in as_bytes(text)))
        if LONE.search(text):
            lone = (
                self.vocabulary.fast.token_to_id(spelled(sign))
                for sign in map(_lone, as_bytes(text.removeprefix(" ")))
            )
            return [index for index in lone if index is not None]
        begins = text.startswith(" ")
        return self._ids(
            self.model, BEGINS * begins + self._read(text[begins:]).replace(" ", BEGINS)
        )

    def _behind_a_letter(self, text: str, within: Any) -> list[int]:
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
        try:
            return [token.id for token in model.tokenize(text)] if text else []
        except (
            Exception
        ):  # tokenizers has no other for what it does not know without an unknown piece
            return []


def _lone(byte: int) -> str:
    return chr(0xDC00 + byte)


def _inside_words(vocabulary: Vocabulary) -> Any:
    """A model that cuts what stands inside a word, where the marks tell it apart; else None."""
    model: Any = vocabulary.fast.model
    mark = vocabulary.marks.within
    if not (mark or vocabulary.marks.ends):
        return None
    ids = vocabulary.fast.get_vocab()
    going_on = {piece: k for piece, k in ids.items() if piece.startswith(mark) and piece != mark}
    bare = {piece.removeprefix(mark): k for piece, k in going_on.items()}
    unknown = {model.unk_token: ids[model.unk_token]} if model.unk_token in ids else {}
    if not isinstance(model, models.WordPiece):
        state = json.loads(vocabulary.fast.to_str())["model"]
        joined = [
            tuple(one.removeprefix(mark) for one in pair)
            for pair in state["merges"]
            if all(one in going_on for one in pair)
        ]
        return models.BPE(
            bare | unknown, joined, unk_token=model.unk_token, fuse_unk=model.fuse_unk
        )
    return models.WordPiece(
        bare | going_on | unknown,
        unk_token=model.unk_token,
        max_input_chars_per_word=model.max_input_chars_per_word,
        continuing_subword_prefix=mark,
    )
