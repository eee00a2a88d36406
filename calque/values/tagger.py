"""A fitted tagger of words: which tag follows which, and which words a tag has."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calque.errors import BadValue
from calque.languages.words import folded
from calque.values.base import Value


@dataclass(frozen=True)
class Tagger(Value):
    """A hidden Markov model of tags; words are compared in lower case and composed form (NFC).

    tags:     t names of tags, each once
    start:    [t] probability of a tag at the beginning of a sentence
    steps:    [t, t] probability of a tag (column) after another (row)
    words:    w folded words, each once
    emission: [w, t] probability of a word under a tag
    endings:  e ends of words, each once, the first ""; a word that is not among `words` is judged by
              its longest end that is
    unknown:  [e, t] how likely a tag makes such a word, above 0, up to a factor per row
    """

    tags: tuple[str, ...]
    start: np.ndarray
    steps: np.ndarray
    words: tuple[str, ...]
    emission: np.ndarray
    endings: tuple[str, ...]
    unknown: np.ndarray

    def __post_init__(self):
        t = len(self.tags)
        for name, array, shape in (
            ("start", self.start, (t,)),
            ("steps", self.steps, (t, t)),
            ("emission", self.emission, (len(self.words), t)),
            ("unknown", self.unknown, (len(self.endings), t)),
        ):
            if array.shape != shape:
                raise BadValue(f"Tagger: {name} of shape {array.shape}, not {shape}")
            if not (np.isfinite(array).all() and (array > 0).all()):
                raise BadValue(f"Tagger: {name} must be above 0 and finite")
        if not t or self.endings[:1] != ("",):
            raise BadValue('Tagger: needs a tag, and "" as first ending')
        for name in ("tags", "words", "endings"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise BadValue(f"Tagger: {name} occur twice")

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[str, int], int]:
        words = {word: place for place, word in enumerate(self.words)}
        endings = {end: place for place, end in enumerate(self.endings)}
        return words, endings, max(map(len, self.endings))

    def __call__(self, words: Sequence[str]) -> np.ndarray:
        """[n, t] how likely each tag makes each of n words, up to a factor per word."""
        distinct = {word: k for k, word in enumerate(dict.fromkeys(words))}
        known, endings, longest = self._places
        places = np.zeros(len(distinct), dtype=np.int64)
        for k, word in enumerate(map(folded, distinct)):
            place = known.get(word)
            if place is None:
                ends = (word[start:] for start in range(max(0, len(word) - longest), len(word)))
                place = len(known) + next((endings[e] for e in ends if e in endings), 0)
            places[k] = place
        rows = np.concatenate([self.emission, self.unknown])
        return rows[places[np.fromiter((distinct[word] for word in words), np.int64, len(words))]]
