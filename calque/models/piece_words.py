"""Which word each piece of a sentence belongs to."""

from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.models.batches import encode
from calque.models.folder import open_tokenizer
from calque.models.pairs import chunks
from calque.models.units import words_of_pieces
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links

_UNBOUNDED = 2**31 - 1  # pieces are only counted: nothing needs cutting


@part
def piece_words(
    bitext: Bitext, checkpoint: Checkpoint, *, side: Literal["source", "target"] = "source"
) -> list[Links]:
    """Link the pieces of each sentence to the words that they are of, for `wordalign.any_link`.

    The pieces are those of the grids of `models.word_grids` with `unit: piece`, in the same order.

    bitext: as `models.align`
    side:   whose sentences
    """
    if side not in ("source", "target"):
        raise BadSetting(f"models.piece_words: side is 'source' or 'target', got '{side}'")
    tokenizer = open_tokenizer(checkpoint)
    made = []
    for _, some in chunks(bitext):
        texts = some.sources if side == "source" else some.targets
        sentences = [words_of(text, some.tokenized) for text in texts]
        windows = encode(tokenizer, sentences, maximum=_UNBOUNDED, report=False)
        for words, of in zip(sentences, words_of_pieces(windows), strict=True):
            pairs = np.stack([np.arange(len(of)), of], axis=1)
            made.append(Links(pairs, (len(of), len(words))))
    return made
