"""Tokenizers taken apart and put together: kinds, pieces with ids, scores, merges, added tokens.

All of it works on the JSON of `tokenizers`, whatever model type transformers gives the tokenizer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.values import Texts, Vocabulary
from calque.values.marks import BEGINS, Marks, byte_letters

KINDS = ("WordPiece", "Unigram", "BPE")
_CHUNK = 1024  # texts encoded at once
_UNKNOWN = 10.0  # how far tokenizers puts what is unknown below the rarest piece of Unigram
_LESS = 1e-3  # how far an added token lies below the best cut of its text


def state_of(vocabulary: Vocabulary) -> dict[str, Any]:
    """The tokenizer as today's `tokenizers` writes it, with merges as pairs."""
    return json.loads(vocabulary.fast.to_str())


def kind_of(state: Mapping[str, Any], part: str) -> str:
    """WordPiece, Unigram or BPE; BadValue for what has no pieces to work on."""
    kind = state["model"]["type"]
    if kind not in KINDS:
        raise BadValue(f"vocabulary.{part}: cannot work on a {kind} tokenizer; {KINDS} it can")
    return kind


def ids_of(model: Mapping[str, Any]) -> dict[str, int]:
    """Pieces of the model, without added tokens, to their ids."""
    vocab = model["vocab"]
    if isinstance(vocab, dict):
        return vocab
    return {piece: index for index, (piece, _) in enumerate(vocab)}


def byte_pieces() -> list[str]:
    """<0x00> to <0xFF>, of which tokenizers with byte fallback spell what they do not know."""
    return [f"<0x{byte:02X}>" for byte in range(256)]


def counts_of(vocabulary: Vocabulary, texts: Texts) -> np.ndarray:
    """[t] how often each piece occurs in `texts` as the tokenizer cuts them."""
    counts = np.zeros(len(vocabulary), dtype=np.int64)
    cut = cuts(vocabulary, texts)
    while some := list(islice(cut, _CHUNK)):
        counts += np.bincount(np.concatenate(some), minlength=len(vocabulary))
    return counts


def cuts(vocabulary: Vocabulary, texts: Iterable[str]) -> Iterator[np.ndarray]:
    """The piece ids of each text, none put around them."""
    waiting = iter(texts)
    while chunk := list(islice(waiting, _CHUNK)):
        for ids in vocabulary.cut(chunk):
            yield np.array(ids, dtype=np.int64)


def renumber(state: dict[str, Any], new: Callable[[str], int | None]) -> None:
    """Give added tokens and the post-processor the new ids of their pieces; drops tokens without."""
    tokens: list[dict[str, Any]] = [
        {**token, "id": new(token["content"])} for token in state["added_tokens"]
    ]
    tokens = [token for token in tokens if token["id"] is not None]
    state["added_tokens"] = sorted(tokens, key=lambda token: token["id"])
    if state["post_processor"]:
        _renumber_layout(state["post_processor"], new)


def _renumber_layout(layout: dict[str, Any], new: Callable[[str], int | None]) -> None:
    for inner in layout.get("processors") or []:
        _renumber_layout(inner, new)
    if layout["type"] == "TemplateProcessing":
        for token in layout["special_tokens"].values():
            token["ids"] = [new(piece) for piece in token["tokens"]]
    for name in ("sep", "cls"):  # of BertProcessing and RobertaProcessing
        if isinstance(layout.get(name), list):
            layout[name] = [layout[name][0], new(layout[name][0])]


def anchor(state: dict[str, Any]) -> None:
    """Make added tokens pieces of the model, under the ids that they have.

    Those behind the model's last piece would otherwise move as soon as pieces are added. Unigram gives
    them scores by which no text is cut into them, wherever the model may meet theirs.
    """
    model = state["model"]
    known = ids_of(model)
    fresh = [token for token in state["added_tokens"] if token["content"] not in known]
    fresh = [token["content"] for token in sorted(fresh, key=lambda token: token["id"])]
    if isinstance(model["vocab"], dict):
        ids = {token["content"]: token["id"] for token in state["added_tokens"]}
        model["vocab"] |= {piece: ids[piece] for piece in fresh}
    elif fresh:  # tokenizers numbers them on from the last piece, so the next place is theirs
        model["vocab"] += _never_cut(state, fresh)


def rarest(state: Mapping[str, Any]) -> float:
    """The least score of a Unigram model's pieces, added tokens not counted."""
    added = {token["content"] for token in state["added_tokens"]}
    vocab = state["model"]["vocab"]
    return min((score for piece, score in vocab if piece not in added), default=0.0)


def _never_cut(state: Mapping[str, Any], fresh: Sequence[str]) -> list[list[Any]]:
    model = state["model"]
    scores = dict(map(tuple, model["vocab"]))
    whole = {token["content"] for token in state["added_tokens"]}
    if model["unk_id"] is not None:
        whole.add(model["vocab"][model["unk_id"]][0])
    least = min(scores.values(), default=0.0)
    letters = {piece for piece in scores if len(piece) == 1}
    # a score below the least makes what is unknown cost more still. That tells only where a piece holds
    # a character that is none itself; there no score is below it, and a text may be cut into the token
    free = all(letter in letters for piece in scores.keys() - whole for letter in piece)
    found = []
    for piece in fresh:
        score = _best(piece.replace(" ", BEGINS), scores, least - _UNKNOWN) - _LESS
        found.append([piece, score if free else max(score, least)])
    return found


def _best(text: str, scores: Mapping[str, float], unknown: float) -> float:
    """The score of the best cut of a text; `unknown` is that of a character which is no piece."""
    best = [0.0]
    for end in range(1, len(text) + 1):
        last = text[end - 1 : end]
        ways = [best[end - 1] + scores.get(last, unknown)]
        ways += [best[k] + scores[text[k:end]] for k in range(end - 1) if text[k:end] in scores]
        best.append(max(ways))
    return best[-1]


def settled(
    state: Mapping[str, Any], special: dict[str, str], ids: Mapping[str, int]
) -> Vocabulary:
    """The state as a vocabulary, which must give exactly these ids when it is loaded."""
    vocabulary = Vocabulary(json.dumps(state, ensure_ascii=False), dict(special))
    found = vocabulary.fast.get_vocab(with_added_tokens=True)
    if found != dict(ids):
        piece = next(p for p in (*ids, *found) if ids.get(p) != found.get(p))
        raise BadValue(
            f"Vocabulary: piece {piece!r} should have id {ids.get(piece)}, but tokenizers gives it "
            f"{found.get(piece)}"
        )
    return vocabulary


def subset(vocabulary: Vocabulary, wanted: np.ndarray, part: str) -> Vocabulary:
    """The tokenizer with these pieces alone, and those without which they would not come about.

    wanted: [t] booleans by id. Special and other added pieces, single bytes, what the post-processor
            puts around texts, and everything that BPE joins on the way to a wanted piece stay anyway

    Text whose cut has kept pieces alone is cut as before. Order stays; gaps are closed.
    """
    state = state_of(vocabulary)
    kind = kind_of(state, part)
    model = state["model"]
    keep = {piece for piece, one in zip(vocabulary.pieces, wanted, strict=True) if one and piece}
    keep |= needed(vocabulary, state)
    if kind == "Unigram":
        _subset_unigram(model, keep)
    else:
        if kind == "BPE":
            marks = vocabulary.marks
            _add_ways(model["merges"], keep, marks)
            model["merges"] = [
                [a, b] for a, b in model["merges"] if {a, b, marks.joined(a, b)} <= keep
            ]
        anchor(state)
        left = sorted((piece for piece in model["vocab"] if piece in keep), key=model["vocab"].get)
        model["vocab"] = {piece: index for index, piece in enumerate(left)}
    ids = ids_of(model)
    behind = (token["content"] for token in state["added_tokens"])
    for index, piece in enumerate([one for one in behind if one not in ids], start=len(ids)):
        ids[piece] = index
    renumber(state, ids.get)
    return settled(state, vocabulary.special, ids)


def needed(vocabulary: Vocabulary, state: Mapping[str, Any]) -> set[str]:
    """Pieces that must not go: special and added ones, unk, single bytes, the post-processor's."""
    model = state["model"]
    found = {token["content"] for token in state["added_tokens"]} | set(vocabulary.special.values())
    if model["type"] == "Unigram" and model["unk_id"] is not None:
        found.add(model["vocab"][model["unk_id"]][0])
    if model.get("unk_token"):
        found.add(model["unk_token"])
    if model.get("byte_fallback"):
        found |= set(byte_pieces())
    if vocabulary.in_bytes:
        found |= {
            letter + mark for letter in byte_letters() for mark in ("", vocabulary.marks.ends)
        }
    return found | _around(state["post_processor"] or {})


def _around(layout: Mapping[str, Any]) -> set[str]:
    found = {piece for inner in layout.get("processors") or [] for piece in _around(inner)}
    if layout.get("type") == "TemplateProcessing":
        found |= {p for token in layout["special_tokens"].values() for p in token["tokens"]}
    return found | {
        layout[name][0] for name in ("sep", "cls") if isinstance(layout.get(name), list)
    }


def _subset_unigram(model: dict[str, Any], keep: set[str]) -> None:
    vocab = model["vocab"]
    unknown = None if model["unk_id"] is None else vocab[model["unk_id"]][0]
    # what is unknown costs a fixed amount more than the rarest piece, so that piece stays
    keep.add(min(vocab, key=lambda pair: pair[1])[0])
    model["vocab"] = [pair for pair in vocab if pair[0] in keep]
    if unknown is not None:
        model["unk_id"] = ids_of(model)[unknown]


def _add_ways(merges: Iterable[Sequence[str]], keep: set[str], marks: Marks) -> None:
    """Add everything that is joined on the way to what is kept, by whatever merges."""
    ways: dict[str, list[Sequence[str]]] = {}
    for pair in merges:
        ways.setdefault(marks.joined(*pair), []).append(pair)
    open_ = list(keep)
    while open_:
        for pair in ways.get(open_.pop(), ()):
            fresh = set(pair) - keep
            keep |= fresh
            open_ += fresh
