"""Signs that are words of their own wherever they stand, so that marks say nothing of the space beside them."""

from functools import cache
from typing import Any

from calque.values import Vocabulary
from calque.values.marks import BEGINS

_LETTER = "a"


class Signs:
    """Tells signs of one tokenizer: commas of WordPiece, which reads "a, b" and "a , b" alike; Chinese.

    A tokenizer whose pieces show spaces (▁, Ġ) has none.
    """

    def __init__(self, vocabulary: Vocabulary):
        self.marks = vocabulary.marks
        self.normalizer: Any = vocabulary.fast.normalizer
        self.splitter: Any = vocabulary.fast.pre_tokenizer
        self._apart = cache(self._stands_apart)

    def is_one(self, reading: str) -> bool:
        """Whether a reading, ▁ at either side or none, is that of a sign."""
        bare = reading.strip(BEGINS)
        if self.marks.spaces or not bare:
            return False
        return self._apart(bare[-1] if self.marks.ends else bare[0])

    def _stands_apart(self, sign: str) -> bool:
        """Whether it is cut off from a letter beside it, on the side where a word would show."""
        text = sign + _LETTER if self.marks.ends else _LETTER + sign
        read = text if self.normalizer is None else self.normalizer.normalize_str(text)
        words = [read] if self.splitter is None else self.splitter.pre_tokenize_str(read)
        return len(words) > 1
