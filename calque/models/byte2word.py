"""A model that reads words from their bytes, with nothing learned yet.

Source: Lee et al. 2022, "Word-Level Representation From Bytes For Language Modeling",
https://arxiv.org/abs/2211.12677
"""

import torch

from calque.errors import BadSetting
from calque.models.wordwise import Byte2Word, write
from calque.roles import part
from calque.values import Checkpoint, Vocabulary


@part(paper="byte2word")
def byte2word(
    predicted: Vocabulary,
    *,
    width: int = 128,
    layers: int = 2,
    longest: int = 256,
    seed: int = 0,
) -> Checkpoint:
    """Draw a model whose words are read from bytes: there are no rows for words or pieces at all.

    Learned queries attend to a word's bytes at their places, a transformer reads the words, and hidden
    words are guessed piece by piece from their states (at most four pieces). The folder is none of
    `transformers`; `models.byte2word_masked`, `_tune` and `_predict` read it.

    predicted: pieces that hidden words are guessed in; not read, so downstream tasks need none of them
    width:     of the states, a multiple of 32; heads are 32 wide, inner layers four times as wide
    longest:   most words of a text; longer ones are read in windows
    seed:      of all weights
    """
    if width < 32 or width % 32 or layers < 1 or longest < 2:
        raise BadSetting(
            "models.byte2word: width must be a multiple of 32, layers at least 1 and longest at least 2, "
            f"got {width}, {layers} and {longest}"
        )
    config = {"width": width, "layers": layers, "longest": longest, "pieces": len(predicted)}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return write(Byte2Word(config), predicted)
