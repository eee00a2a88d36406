"""Vocabulary expansion: the best pieces of another tokenizer are added, nothing is moved.

Source: Cui et al. 2023, "Efficient and Effective Text Encoding for Chinese LLaMA and Alpaca",
section 2.1, https://arxiv.org/abs/2304.08177. What keeps the cut of old text is ours.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.maths.byte_pairs import merged_symbols
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.values.marks import BEGINS, Marks, begun
from calque.vocabulary.signs import Signs
from calque.vocabulary.surgery import (
    anchor,
    counts_of,
    cuts,
    kind_of,
    rarest,
    settled,
    state_of,
)

log = logging.getLogger(__name__)

_BELOW = 1.0  # how far new Unigram pieces lie below the rarest old one, in units of log probability
_ROUNDS = 100


@part
def extend(
    old: Vocabulary,
    other: Vocabulary,
    texts: Texts | None = None,
    kept: Texts | None = None,
    *,
    most: int = 5000,
) -> Vocabulary:
    """Add the best pieces of `other` that `old` does not have; old pieces keep their ids.

    Pieces are compared by what they read, so the tokenizers may be of different kinds: the new ones
    are written as `old` writes pieces. WordPiece takes them as they are. Unigram gives them scores
    just below its rarest piece, in order, so that they replace only what was cut into several rare
    pieces. BPE gets the merges that lead to each piece, behind all old merges; the pieces on the way
    count too. Pieces that `old` could never meet (upper case in an uncased tokenizer, two words)
    are left out. Rows of a model for the new pieces are made by a mixer afterwards.

    old:   the tokenizer to extend
    other: a tokenizer trained on text of the new language
    texts: of the new language; pieces that occur most often in them, as `other` cuts them, are the
           best, and every character counts as often as it occurs. Without: the characters that `old`
           lacks come first, then the order of `other` (scores of Unigram, else ids)
    kept:  texts of the old languages, which must be cut exactly as before: a piece that would occur
           in any of them is left out. Without: WordPiece and BPE may cut old words into new pieces
    most:  how many pieces to add, fewer if `other` has fewer
    """
    if most < 1:
        raise BadSetting(f"vocabulary.extend: most must be at least 1, got {most}")
    state = state_of(old)
    kind_of(state, "extend")
    ranked = _ranked(old, state, other, texts)
    before = None if kept is None else list(cuts(old, kept))
    banned: set[str] = set()
    for _ in range(_ROUNDS):
        made = _with(state, old, ranked, banned, most)
        if kept is None or before is None:
            break
        found = _used(made, len(old), kept, before)
        if not found:
            break
        banned |= found
    else:
        raise BadValue(
            f"vocabulary.extend: cuts of the kept texts still change after {_ROUNDS} tries"
        )
    count = sum(1 for piece in made.pieces if piece) - sum(1 for piece in old.pieces if piece)
    log.info("added %d pieces; %d would have changed kept texts", count, len(banned))
    return made


def _ranked(
    old: Vocabulary, state: dict[str, Any], other: Vocabulary, texts: Texts | None
) -> list[str]:
    """Candidates as `old` would write them, the best first."""
    theirs = _readings(other)
    if not any(theirs):
        raise BadValue("vocabulary.extend: the other tokenizer has no pieces but special ones")
    if texts is not None:
        weights: Counter[str] = Counter()
        for text, count in zip(theirs, counts_of(other, texts).tolist(), strict=True):
            weights[text] += count  # several pieces may read alike
        if not old.in_bytes:
            read = other.fast.normalizer
            for text in texts:
                weights.update(read.normalize_str(text) if read else text)
        order = [text for text, count in weights.most_common() if count]
    else:
        order = [theirs[k] for k in _own_order(other) if theirs[k]]
        letters = dict.fromkeys(letter for text in order for letter in text)
        order = [*(() if old.in_bytes else letters), *order]
    known, signs = set(old.pieces), Signs(old)
    ranked = dict.fromkeys(
        form for text in order for form in _forms(text, old.marks, known, signs) if _met(old, text)
    )
    return [piece for piece in ranked if piece not in known]


def _readings(other: Vocabulary) -> list[str]:
    """What its pieces read, ▁ where a word begins; "" for added tokens. Signs begin none by themselves."""
    added = {token["content"] for token in state_of(other)["added_tokens"]}
    texts = [begun(text) if other.marks.ends else text for text in other.texts]
    signs = Signs(other)
    return [
        "" if piece in added else text.strip(BEGINS) if signs.is_one(text) else text
        for piece, text in zip(other.pieces, texts, strict=True)
    ]


def _forms(text: str, marks: Marks, known: set[str], signs: Signs) -> Iterator[str]:
    """How a reading is written; a new character as a word and within words, where they differ."""
    if not text or text == BEGINS:
        return
    if signs.is_one(text):
        yield marks.write(BEGINS + text.strip(BEGINS))
        return
    forms = [marks.write(text)]
    if len(text) == 1 and (marks.within or marks.ends):
        forms.append(marks.write(BEGINS + text))
        if any(form in known for form in forms):
            return
    yield from forms


def _own_order(other: Vocabulary) -> list[int]:
    model = state_of(other)["model"]
    if model["type"] != "Unigram":
        return list(range(len(other)))
    scores = [score for _, score in model["vocab"]]
    return sorted(range(len(scores)), key=lambda k: -scores[k])


def _met(old: Vocabulary, text: str) -> bool:
    """Whether the tokenizer could ever meet this piece: its letters unchanged, within one word."""
    bare = text.replace(BEGINS, " ").strip()
    if not bare:
        return False
    fast = old.fast
    if fast.normalizer is not None:
        read = fast.normalizer.normalize_str(bare).replace(BEGINS, " ").strip()
        if read != bare:
            return False
    if fast.pre_tokenizer is None:
        return True
    return len(fast.pre_tokenizer.pre_tokenize_str(bare)) == 1


def _with(
    state: dict[str, Any], old: Vocabulary, ranked: Sequence[str], banned: set[str], most: int
) -> Vocabulary:
    state = {**state, "model": {**state["model"], "vocab": state["model"]["vocab"].copy()}}
    anchor(state)
    model = state["model"]
    if model["type"] == "BPE":
        _grow(model, ranked, banned, most, old.marks)
    else:
        chosen = [piece for piece in ranked if piece not in banned][:most]
        if model["type"] == "WordPiece":
            first = len(old)
            model["vocab"] |= {piece: first + k for k, piece in enumerate(chosen)}
        else:
            least = rarest(state) - _BELOW
            model["vocab"] += [[piece, least - k / most] for k, piece in enumerate(chosen)]
    return _checked(state, old)


def _checked(state: dict[str, Any], old: Vocabulary) -> Vocabulary:
    vocab = state["model"]["vocab"]
    ids = vocab if isinstance(vocab, dict) else {piece: k for k, (piece, _) in enumerate(vocab)}
    return settled(state, old.special, ids)


def _grow(
    model: dict[str, Any], ranked: Sequence[str], banned: set[str], most: int, marks: Marks
) -> None:
    """Add merges for each piece in turn, as it is cut by all merges before."""
    vocab, merges = model["vocab"], list(model["merges"])
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
    first, room = max(vocab.values(), default=-1) + 1, most
    for piece in ranked:
        symbols = merged_symbols(marks.symbols(piece), ranks, marks.joined)
        onward = [
            marks.joined(*symbols[: k + 1]) for k in range(len(symbols))
        ]  # ab, abc of a, b, c
        made = list(dict.fromkeys([*(s for s in symbols if s not in vocab), *onward[1:]]))
        joins = list(zip(onward, symbols[1:], strict=False))
        # a way over a piece that is there already would change how that one comes about
        if len(made) > room or banned & set(made) or any(s in vocab for s in onward[1:]):
            continue
        for pair in joins:
            ranks[pair] = len(merges)
            merges.append(list(pair))
        for k, one in enumerate(made):
            vocab[one] = first + k
        first, room = first + len(made), room - len(made)
    model["merges"] = merges


def _used(made: Vocabulary, first: int, kept: Texts, before: Sequence[np.ndarray]) -> set[str]:
    """New pieces in those kept texts that are no longer cut as before."""
    found: set[str] = set()
    for own, ids in zip(before, cuts(made, kept), strict=True):
        if np.array_equal(own, ids):
            continue
        new = {made.pieces[k] for k in ids.tolist() if k >= first}
        if not new:
            raise BadValue("vocabulary.extend: a kept text changes its cut without any new piece")
        found |= new
    return found
