"""Pieces of scripts that no language of interest uses go.

Source: Alabi et al. 2022, "Adapting Pre-trained Language Models to African Languages via
Multilingual Adaptive Fine-Tuning", section 3.2, https://arxiv.org/abs/2204.06487
"""

import logging
from collections import Counter

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.scripts import script_shares, unicode_scripts
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.vocabulary.surgery import subset

log = logging.getLogger(__name__)


@part(paper="maft")
def by_script(
    vocabulary: Vocabulary,
    texts: list[Texts],
    *,
    scripts: list[str] | None = None,
    least: float = 0.01,
) -> Vocabulary:
    """Keep the pieces whose letters all are of scripts that the texts are written in.

    Signs of no script (digits, punctuation, marks) stay, and so do special and added pieces, single
    bytes, byte-level pieces that are no whole characters, the rarest piece of Unigram, by which the
    unknown is priced, and of BPE whatever is joined on the way to a kept piece. Text in these scripts
    is cut exactly as before.

    texts:   those of each language; a script counts that has the share `least` of any one's letters
    scripts: ISO 15924 codes that are kept too, Latn for the source language for example
    least:   in (0, 1]; names and quotations in other scripts lie below it
    """
    if not 0 < least <= 1:
        raise BadSetting(f"vocabulary.by_script: least must lie in (0, 1], got {least}")
    used = {one for script in scripts or () for one in unicode_scripts(script)}
    for one in texts:
        used |= {script for script, share in _shares(one).items() if share >= least}
    if not used:
        raise BadValue("vocabulary.by_script: the texts have no letters of any script")
    wanted = np.array([set(script_shares(text)) <= used for text in vocabulary.texts])
    made = subset(vocabulary, wanted, "by_script")
    log.info("%d of %d pieces stay, of %s", len(made), len(vocabulary), ", ".join(sorted(used)))
    return made


def _shares(texts: Texts) -> dict[str, float]:
    letters: Counter[str] = Counter()
    for text in texts:
        letters.update(text)
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        for script in script_shares(letter):
            scripts[script] += count
    total = max(scripts.total(), 1)
    return {script: count / total for script, count in scripts.items()}
