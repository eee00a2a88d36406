"""TransMI: a vocabulary that reads romanized text too.

Source: Liu et al. 2024, "TransMI: A Framework to Create Strong Baselines from Multilingual Pretrained
Language Models for Transliterated Data", https://arxiv.org/abs/2405.09913, section 3
"""

from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.romanizing import checked, likelihoods, origins
from calque.vocabulary.surgery import anchor, ids_of, settled, state_of

_KINDS = ("Unigram", "WordPiece")


@part(paper="liu-etal-2024-transmi")
def transmi(vocabulary: Vocabulary, *, score: str = "highest", rules: str = "und") -> Vocabulary:
    """Add the romanization of every piece as a new piece, behind those that are there.

    Several pieces may romanize alike; the new piece is there once. All old pieces keep their ids. Rows
    for the new ones come from `vocabulary.romanized`.

    A text in which no new piece occurs is cut as before: all text without Latin letters and ASCII digits
    and marks. Text in Latin letters may be cut into other pieces: the more of it, the higher `score`.

    Made for Unigram tokenizers, such as XLM-R's. In a WordPiece tokenizer the new pieces have no score.
    BPE cannot have pieces without the merges that make them. Romanizations with a space in them, which
    no piece can match, are left out, unlike in the authors' code.

    vocabulary: of a model of several languages
    score: log-probability of a new piece: the "highest" or "lowest" of those that romanize to it, or
           their "mean"
    rules: the language whose own rules of romanization are used, ISO 639-3; "und" for none
    """
    checked("vocabulary.transmi", "score", score)
    kind = type(vocabulary.fast.model).__name__
    if kind not in _KINDS:
        raise BadValue(
            f"vocabulary.transmi: a {kind} tokenizer cannot have new pieces alone; "
            f"it must be one of: {', '.join(_KINDS)}"
        )
    there = set(vocabulary.pieces)
    found = origins(vocabulary, vocabulary.pieces, vocabulary.marks.within or BEGINS, rules)
    scores = likelihoods(vocabulary)
    choose = {"highest": np.max, "lowest": np.min, "mean": np.mean}[score]
    new = {piece: float(choose(scores[ids])) for piece, ids in found.items() if piece not in there}
    state = state_of(vocabulary)
    anchor(state)
    _append(state["model"], len(vocabulary), sorted(new.items(), key=lambda item: -item[1]))
    return settled(state, vocabulary.special, ids_of(state["model"]))


def _append(model: dict[str, Any], first: int, new: list[tuple[str, float]]) -> None:
    if isinstance(model["vocab"], dict):
        model["vocab"] |= {piece: first + k for k, (piece, _) in enumerate(new)}
    else:  # a place in the list is an id
        model["vocab"] += [list(item) for item in new]
