"""The pieces of a vocabulary in Latin letters, and how likely each piece is."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from calque.errors import BadSetting
from calque.languages.romanization import romanizer
from calque.values import Vocabulary

CHOICES = ("highest", "lowest", "mean")


def checked(part: str, setting: str, choice: str) -> str:
    """The choice, if it is one."""
    if choice not in CHOICES:
        raise BadSetting(f"{part}: {setting} must be one of {', '.join(CHOICES)}, got '{choice}'")
    return choice


def settings_of(vocabulary: Vocabulary) -> dict[str, Any]:
    """The tokenizer as the dict that its JSON is."""
    return json.loads(vocabulary.tokenizer)


def origins(
    vocabulary: Vocabulary, pieces: Sequence[str], mark: str, rules: str
) -> dict[str, list[int]]:
    """Ids of the pieces that romanize to each text, in ascending order; special pieces have no part.

    A mark before a piece is taken off, what follows is romanized as a text of its own, and the mark put
    back. What becomes nothing, or something with a space in it, which no piece can hold, is left out.

    pieces: by id, spelled as `vocabulary` or otherwise
    mark:   what may stand before a piece and is no part of its text
    """
    added = {token["content"] for token in settings_of(vocabulary).get("added_tokens", ())}
    apart = added | set(vocabulary.special.values())
    ids = [k for k, own in enumerate(vocabulary.pieces) if own and own not in apart]
    marks = [mark if pieces[k].startswith(mark) else "" for k in ids]
    texts = [pieces[k].removeprefix(mark) for k in ids]
    found: dict[str, list[int]] = defaultdict(list)
    for k, own, text in zip(ids, marks, romanizer(rules).strings(texts), strict=True):
        if text and not any(map(str.isspace, text)):
            found[own + text].append(k)
    return dict(found)


def likelihoods(vocabulary: Vocabulary) -> np.ndarray:
    """[s] the log-probability of each piece of a Unigram tokenizer, else the less the higher its id.

    Pieces are numbered by frequency, or by the order in which training made them, which is near it.
    """
    known = settings_of(vocabulary)["model"]["vocab"]
    if not isinstance(known, list):
        return -np.arange(len(vocabulary), dtype=float)
    scores = np.full(len(vocabulary), -np.inf)
    scores[: len(known)] = [score for _, score in known]
    return scores
