"""What translators read and write: marks of languages, pieces of a text, an end.

Languages may have pieces of their own (`vocabulary.split`): each side then uses those of its language.
A mark of the wanted language stands before the text that is read, as in Johnson et al. 2017, "Google's
Multilingual Neural Machine Translation System", https://arxiv.org/abs/1611.04558, spelled as in OPUS-MT;
or each side begins with the mark of its own language, as in NLLB (https://arxiv.org/abs/2207.04672,
spelled swh_Latn), M2M-100 (__sw__) and mBART-50 (sw_KE).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from calque.errors import BadFile, BadSetting, BadValue, CalqueError
from calque.languages import same
from calque.models.batches import longest, padded
from calque.models.folder import open_tokenizer
from calque.models.patched import open_patched
from calque.models.tokens import vocabulary_of
from calque.values import Checkpoint, Patch, Vocabulary
from calque.values.copied import in_language, originals

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

_MARK = re.compile(r"^>>([^<>]+)<<$")
_OWN_MARK = re.compile(r"^(?:__)?([a-z]{2,3}(?:_[A-Z][a-z]{3}|_[A-Z]{2}|(?=__)))(?:__)?$")


def marked(vocabulary: Vocabulary, languages: Sequence[str]) -> "Tokenizer":
    """The tokenizer with a mark for each language, which puts the end behind each text and no more."""
    from tokenizers import Tokenizer, processors

    languages = [languages] if isinstance(languages, str) else list(languages)
    if len(languages) < 1 or len(set(languages)) < len(languages):
        raise BadSetting(f"models: a translator needs languages, each once; got {languages}")
    wrong = [code for code in languages if not _MARK.match(f">>{code}<<")]
    if wrong:
        raise BadSetting(f"models: '{wrong[0]}' cannot be the code of a language")
    cutter: Any = Tokenizer.from_str(vocabulary.tokenizer)
    cutter.no_padding()
    cutter.no_truncation()
    cutter.add_special_tokens([f">>{code}<<" for code in languages])
    end = vocabulary.pieces[vocabulary.role_id("eos") or 0]
    cutter.post_processor = processors.TemplateProcessing(
        single=f"$A {end}",
        pair=f"$A $B {end}",
        special_tokens=[(end, cutter.token_to_id(end))],
    )
    return cutter


@dataclass(frozen=True)
class Way:
    """From one language into another: ids that stand before what is read, and that what is written begins with."""

    before: tuple[int, ...]
    first: tuple[int, ...]

    def reads(self, ids: np.ndarray, end: int) -> np.ndarray:
        """What the model is to read of a text of these pieces."""
        return np.concatenate([self.before, ids, [end]]).astype(np.int64)


@dataclass(frozen=True)
class Translator:
    """A model that translates, with what has to be known to feed it.

    vocabulary: of its tokenizer, marks included
    marks:      language to the id of its mark
    own_marks:  whether each side begins with the mark of its language; else what is read begins with
                that of the language that is wanted
    start, end, pad: ids that begin what is written, end it, and fill up
    longest:    most pieces on either side, mark, start and end included
    """

    model: Any
    tokenizer: "PreTrainedTokenizerFast"
    vocabulary: Vocabulary
    marks: dict[str, int]
    own_marks: bool
    start: int
    end: int
    pad: int
    longest: int

    @property
    def room(self) -> int:
        """Most pieces of a text."""
        return self.longest - 2

    def way(self, source: str, target: str, where: str) -> Way:
        """How the model goes from one language into another; BadSetting where it has no mark that it needs."""
        wanted = self.marks[self.known(target, where)]
        if not self.own_marks:
            return Way((wanted,), ())
        return Way((self.marks[self.known(source, where)],), (wanted,))

    def known(self, language: str, where: str) -> str:
        """The model's own name of a language; BadSetting where it has no mark."""
        if language in self.marks:
            return language
        found = [code for code in self.marks if language != "und" and _alike(code, language)]
        if not found:
            raise BadSetting(
                f"{where}: the model has no mark for language '{language}'; "
                f"it has: {', '.join(self.marks)}"
            )
        return found[0]

    def place(self, language: str) -> np.ndarray:
        """[t] the id that a language uses in place of each, its own copies where it has them."""
        found = [code for code in self.owners if code == language or _alike(code, language)]
        return in_language(self.vocabulary, found[0] if found else language)

    def encodings(self, texts: Sequence[str]) -> list[Any]:
        """What the tokenizer says of each whole text, without mark and end."""
        cutter = self.tokenizer.backend_tokenizer
        cutter.no_truncation()
        cutter.no_padding()
        return cutter.encode_batch(list(texts), add_special_tokens=False)

    def cut(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Pieces of each text."""
        return [np.array(one.ids, dtype=np.int64) for one in self.encodings(texts)]

    def written(self, ids: Sequence[np.ndarray]) -> list[str]:
        """The texts of pieces, copies of languages read as what they copy."""
        plain = [self.plain[one].tolist() for one in ids]
        texts = self.tokenizer.backend_tokenizer.decode_batch(plain, skip_special_tokens=True)
        return [text.strip() for text in texts]

    def inputs(self, reads: Sequence[np.ndarray]) -> dict[str, torch.Tensor]:
        """`input_ids` and `attention_mask` [b, l] of what the model is to read."""
        ids = filled(reads, self.pad, self.longest)
        mask = np.arange(ids.shape[1]) < np.array([len(row) for row in reads])[:, None]
        made = {"input_ids": ids, "attention_mask": mask.astype(np.int64)}
        return {name: torch.from_numpy(values) for name, values in made.items()}

    @cached_property
    def owners(self) -> list[str]:
        """Languages that have copies."""
        return sorted({owner for _, owner in originals(self.vocabulary).values()})

    @cached_property
    def plain(self) -> np.ndarray:
        """[t] the piece of which each is a copy, or itself."""
        place = np.arange(len(self.vocabulary))
        for copy, (original, _) in originals(self.vocabulary).items():
            place[copy] = original
        return place

    def unwritten(self, language: str, *, own: bool) -> list[int]:
        """Ids that are never written: special pieces but the end, marks, gaps; with `own` other languages'."""
        gaps = {index for index, piece in enumerate(self.vocabulary.pieces) if not piece}
        found = self.vocabulary.special_ids | set(self.marks.values()) | gaps | {self.start}
        if own:
            used = self.place(language)
            every = np.arange(len(used))
            found |= set(every[(used[self.plain] != every)].tolist())
        return sorted(found - {self.end})


def _alike(one: str, other: str) -> bool:
    try:
        return same(one, other)
    except CalqueError:  # a name of one's own, that no standard has
        return False


def open_translator(checkpoint: Checkpoint, where: str, patch: Patch | None = None) -> Translator:
    """Open a model with marks of languages; BadFile for what does not translate or has none.

    patch: on it, or None
    """
    check_translator(checkpoint, where)
    model = open_patched(checkpoint, patch, "translator")
    return as_translator(model, open_tokenizer(checkpoint), checkpoint, where)


def check_translator(checkpoint: Checkpoint, where: str) -> None:
    """BadFile where the model does not translate."""
    from transformers.models.auto import modeling_auto

    names = checkpoint.config.get("architectures") or ["no class"]
    if names[0] not in modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES.values():
        raise BadFile(
            f"{where}: {checkpoint.folder} holds a {names[0]}, which does not translate; "
            "models.fresh_translator makes a model that can learn it"
        )


def as_translator(
    model: Any, tokenizer: "PreTrainedTokenizerFast", checkpoint: Checkpoint, where: str
) -> Translator:
    """A model that is open with what has to be known to feed it; BadFile where it has no marks of languages.

    checkpoint: where it comes from
    """
    vocabulary = vocabulary_of(tokenizer)
    marks = _found(_MARK, vocabulary.pieces)
    own = {} if marks else _found(_OWN_MARK, _added(vocabulary))
    if not marks and not own:
        raise BadFile(
            f"{where}: {checkpoint.folder} has no marks of languages, pieces such as >>swh<<, swh_Latn or __sw__"
        )
    pad, end = model.config.pad_token_id, model.config.eos_token_id
    start = model.config.decoder_start_token_id
    most = longest(model, tokenizer)
    return Translator(
        model, tokenizer, vocabulary, marks or own, bool(own), start, end, pad, most - bool(own)
    )


def _found(mark: re.Pattern[str], pieces: Sequence[str]) -> dict[str, int]:
    found = ((mark.match(piece), index) for index, piece in enumerate(pieces))
    return {match[1]: index for match, index in found if match}


def _added(vocabulary: Vocabulary) -> list[str]:
    """Pieces by id, only those added beside the model: a word may look like the mark of a language."""
    added = vocabulary.fast.get_added_tokens_decoder()
    return [piece if index in added else "" for index, piece in enumerate(vocabulary.pieces)]


def filled(rows: Sequence[np.ndarray], fill: int, most: int) -> np.ndarray:
    """[b, l] rows of ids, filled up on the right to a multiple of 8, or to `most`."""
    width = min(padded(max(len(row) for row in rows)), most)
    grid = np.full((len(rows), width), fill, dtype=np.int64)
    for place, row in enumerate(rows):
        grid[place, : len(row)] = row
    return grid


def check_tokens(tokens: int | None, where: str) -> None:
    """BadSetting where a batch would hold nothing."""
    if tokens is not None and tokens < 1:
        raise BadSetting(f"{where}: tokens must be at least 1, got {tokens}")


def check_pairs(count: int, where: str) -> None:
    """BadValue where there is nothing to learn from."""
    if not count:
        raise BadValue(
            f"{where}: no sentence pair has pieces on both sides that the model can take"
        )
