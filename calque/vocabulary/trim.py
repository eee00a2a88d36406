"""Vocabulary pruning: pieces that the texts do not use go.

Source: Abdaoui et al. 2020, "Load What You Need: Smaller Versions of Multilingual BERT",
https://arxiv.org/abs/2010.05609; the threshold is that of BiStil, Ansell et al. 2023, "Distilling
Efficient Language-Specific Models for Cross-Lingual Transfer", https://arxiv.org/abs/2306.01709
"""

import logging

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.surgery import counts_of, subset

log = logging.getLogger(__name__)


@part
def trim(vocabulary: Vocabulary, texts: list[Texts], *, least: float = 1e-6) -> Vocabulary:
    """Keep the pieces that are frequent enough in any of the texts, and what must stay.

    Special and added pieces, single characters and bytes always stay, so that nothing becomes
    unknown that was known; of BPE also whatever is joined on the way to a kept piece. Text whose cut
    has kept pieces alone is cut exactly as before. Ids are numbered anew without gaps, those of added
    tokens and of the post-processor too; `vocabulary.surface` says which rows of a model are kept.

    texts: those of each language, the source's too: a piece stays for the language that needs it most
    least: share of a language's pieces, in [0, 1]. 0 keeps everything, and what stays grows less with
           more text than the list of pieces seen at all
    """
    if not 0 <= least <= 1:
        raise BadSetting(f"vocabulary.trim: least must lie in [0, 1], got {least}")
    share = np.zeros(len(vocabulary))
    for one in texts:
        counts = counts_of(vocabulary, one)
        share = np.maximum(share, counts / max(counts.sum(), 1))
    if least and not share.any():
        raise BadValue("vocabulary.trim: the texts have no pieces; nothing says what to keep")
    letters = [text == BEGINS or len(text.strip(BEGINS)) == 1 for text in vocabulary.texts]
    made = subset(vocabulary, (share >= least) | np.array(letters), "trim")
    log.info("%d of %d pieces stay", len(made), len(vocabulary))
    return made
