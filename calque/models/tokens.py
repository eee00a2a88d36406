"""Tokenizers as vocabularies, and vocabularies as tokenizers that transformers loads."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from calque.errors import BadValue
from calque.values import Vocabulary
from calque.values.vocabulary import ROLES

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_UNBOUNDED = 1_000_000


def vocabulary_of(tokenizer: "PreTrainedTokenizerFast") -> Vocabulary:
    """The tokenizer as data, without truncation and padding."""
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    state["truncation"] = state["padding"] = None
    pieces = {role: getattr(tokenizer, f"{role}_token") for role in ROLES}
    special = {role: str(piece) for role, piece in pieces.items() if piece is not None}
    return Vocabulary(json.dumps(state, ensure_ascii=False), special)


def wrap(
    vocabulary: Vocabulary, like: "PreTrainedTokenizerFast", names: Sequence[str]
) -> "PreTrainedTokenizerFast":
    """A tokenizer of this vocabulary that puts special pieces where the tokenizer `like` puts them.

    names: inputs that the model takes, for example "input_ids", "attention_mask"

    The body was trained with the old arrangement, so the vocabulary's own one gives way.
    """
    from tokenizers import Tokenizer, processors
    from transformers import PreTrainedTokenizerFast

    cutter: Any = Tokenizer.from_str(vocabulary.tokenizer)
    cutter.no_truncation()
    cutter.no_padding()
    arranger: Any = Tokenizer.from_str(like.backend_tokenizer.to_str())
    arranger.no_padding()  # some folders pad every text to a fixed length, which is no layout
    arranger.no_truncation()
    single, pair = (
        _layout(encoding, like, vocabulary)
        for encoding in (arranger.encode("a"), arranger.encode("a", "b"))
    )
    if len(single) > 1 or len(pair) > 2:
        used = {part.rsplit(":", 1)[0] for part in single + pair} - {"$A", "$B"}
        cutter.post_processor = processors.TemplateProcessing(
            single=single,
            pair=pair,
            special_tokens=[(piece, cutter.token_to_id(piece)) for piece in sorted(used)],
        )
    else:
        cutter.post_processor = processors.ByteLevel(trim_offsets=False)  # puts nothing anywhere
    settings: dict[str, Any] = {f"{role}_token": p for role, p in vocabulary.special.items()}
    if like.model_max_length < _UNBOUNDED:
        settings["model_max_length"] = like.model_max_length
    return PreTrainedTokenizerFast(
        tokenizer_object=cutter,
        model_input_names=list(names),
        padding_side=like.padding_side,
        **settings,
    )


def _layout(encoding: Any, like: "PreTrainedTokenizerFast", vocabulary: Vocabulary) -> list[str]:
    """What stands where in an encoding by `like`, for example ["[CLS]:0", "$A:0", "[SEP]:0"]."""
    roles = {getattr(like, f"{role}_token_id"): role for role in reversed(ROLES)}
    parts = []
    cells = zip(encoding.sequence_ids, encoding.ids, encoding.type_ids, strict=True)
    for side, group in groupby(cells, key=lambda cell: cell[0]):
        cells_of_side = list(group)
        if side is not None:
            parts.append(f"{'$A' if side == 0 else '$B'}:{cells_of_side[0][2]}")
            continue
        for _, index, segment in cells_of_side:
            role = roles.get(index)
            new = None if role is None else vocabulary.role_id(role)
            if new is None:
                raise BadValue(
                    f"Vocabulary: the model puts {like.convert_ids_to_tokens(index)} "
                    f"({role or 'no known role'}) around every text; name a piece for it in `special`"
                )
            parts.append(f"{vocabulary.pieces[new]}:{segment}")
    return parts
