"""Texts with words left out, to be written whole again: what a model can learn from text without labels.

Source: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 3.1.4, https://arxiv.org/abs/1910.10683;
whole texts as targets: Lewis et al. 2020, "BART", section 2.2, https://arxiv.org/abs/1910.13461
"""

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting
from calque.languages.cutting import cut
from calque.roles import part
from calque.values import Bitext, Texts


@part
def holed(texts: Texts, *, share: float = 0.15, sign: str = "_", seed: int = 0) -> Bitext:
    """Put a sign in the place of some words of each text, beside the text as it is: pairs of one language.

    Words that stand together and are left out have one sign for all of them.

    share: of the words, in [0, 1]; 0 leaves texts as they are
    sign:  a piece that the model has: "<mask>" for mBART, "<extra_id_0>" for mT5
    seed:  of what is left out; the first texts do not depend on how many there are
    """
    if not 0 <= share <= 1:
        raise BadSetting(f"data.holed: share must lie in [0, 1], got {share}")
    sources = [_holed(text, texts, share, sign, [seed, row]) for row, text in enumerate(texts)]
    columns = {"source": pa.array(sources, pa.string()), "target": texts.table["text"]}
    return Bitext(pa.table(columns), texts.language, texts.language, texts.tokenized)


def _holed(text: str, texts: Texts, share: float, sign: str, key: list[int]) -> str:
    words = cut(text, texts.language, tokenized=texts.tokenized)
    gone = np.random.default_rng(key).random(len(words)) < share
    kept, place = [], 0
    for number, word in enumerate(words):
        if not gone[number]:
            continue
        if not number or not gone[number - 1]:
            kept += [text[place : word.start], sign]
        place = word.end
    return "".join([*kept, text[place:]])
