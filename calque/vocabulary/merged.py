"""The union of several tokenizers of one kind.

Source: ours; scores and merges of both are kept, in the order that each has
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Vocabulary
from calque.values.marks import Marks
from calque.vocabulary.surgery import anchor, ids_of, kind_of, settled, state_of


@part
def merged(vocabularies: list[Vocabulary]) -> Vocabulary:
    """Put all pieces of several tokenizers into one, those of the first under the ids that they have.

    How text is read, and special pieces, are the first's; special pieces of the others are left out,
    as `vocabulary.extend` leaves nothing out else. Unigram: a piece's probability is the mean of what
    the tokenizers give it (0 where one lacks it), the mixture of their languages. WordPiece: its
    longest match needs no more. BPE: merges are interleaved by their rank, each one behind those that
    its two sides come from.

    vocabularies: at least one; all WordPiece, all Unigram or all BPE, all or none on bytes, with the same
                  marks within words and at their ends
    """
    if not vocabularies:
        raise BadValue("vocabulary.merged: needs at least one tokenizer")
    states = [state_of(one) for one in vocabularies]
    kinds = {
        (kind_of(state, "merged"), one.in_bytes, one.marks.within, one.marks.ends)
        for state, one in zip(states, vocabularies, strict=True)
    }
    if len(kinds) > 1:
        told = ", ".join(
            " ".join([kind, *["on bytes"] * on_bytes, *(f"with {mark}" for mark in marks if mark)])
            for kind, on_bytes, *marks in sorted(kinds)
        )
        raise BadValue(f"vocabulary.merged: the tokenizers must be of one kind, these are: {told}")
    for state in states:
        anchor(state)
    first, closed = (
        states[0]["model"],
        [_closed(*pair) for pair in zip(vocabularies, states, strict=True)],
    )
    found = [
        {p: k for p, k in ids_of(state["model"]).items() if p not in out}
        for state, out in zip(states, closed, strict=True)
    ]
    known = ids_of(first)
    fresh = dict.fromkeys(p for own in found[1:] for p in sorted(own, key=own.__getitem__))
    added = [piece for piece in fresh if piece not in known]
    if isinstance(first["vocab"], dict):
        start = len(vocabularies[0])
        first["vocab"] |= {piece: start + k for k, piece in enumerate(added)}
    else:
        first["vocab"] = _mixed(states, closed, added)
    if first["type"] == "BPE":
        first["merges"] = _interleaved(
            [state["model"]["merges"] for state in states], first["vocab"], vocabularies[0].marks
        )
    return settled(states[0], vocabularies[0].special, ids_of(first))


def _closed(vocabulary: Vocabulary, state: dict[str, Any]) -> set[str]:
    added = {token["content"] for token in state["added_tokens"]}
    return added | set(vocabulary.special.values())


def _mixed(
    states: Sequence[dict[str, Any]], closed: Sequence[set[str]], added: Sequence[str]
) -> list[list[Any]]:
    scores = [dict(map(tuple, state["model"]["vocab"])) for state in states]
    for own, out in zip(scores, closed, strict=True):
        for piece in out:
            own.pop(piece, None)
    for number, own in enumerate(scores):
        greatest = max(own, key=own.__getitem__, default=None)
        if greatest is not None and own[greatest] > 0:
            raise BadValue(
                f"vocabulary.merged: '{greatest}' of tokenizer {number} has the score {own[greatest]:.4g}; "
                "log-probabilities are not above 0"
            )
    mean = {
        piece: float(np.logaddexp.reduce([own[piece] for own in scores if piece in own]))
        - math.log(len(scores))
        for piece in {piece for own in scores for piece in own}
    }
    old = states[0]["model"]["vocab"]
    return [[p, mean.get(p, s)] for p, s in old] + [[p, mean[p]] for p in added]


def _interleaved(
    lists: Sequence[Sequence[Sequence[str]]], vocab: dict[str, int], marks: Marks
) -> list[list[str]]:
    ranked: dict[tuple[str, str], tuple[int, int]] = {}
    for number, merges in enumerate(lists):
        for rank, (a, b) in enumerate(merges):
            place = (rank, number)
            ranked[a, b] = min(ranked.get((a, b), place), place)
    order = sorted(ranked, key=ranked.__getitem__)
    return [[a, b] for a, b in order if {a, b, marks.joined(a, b)} <= vocab.keys()]
