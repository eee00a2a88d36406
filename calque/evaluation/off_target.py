"""How often a translator writes another language than was wanted.

Source: Zhang et al. 2020, "Improving Massively Multilingual Neural Machine Translation and Zero-Shot
Translation", section 5, https://arxiv.org/abs/2004.11867; Chen et al. 2023, "On the Off-Target Problem of
Zero-Shot Multilingual Neural Machine Translation", section 3, https://arxiv.org/abs/2305.10930
"""

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.evaluation.identified import counted
from calque.maths.bootstrap import Statistics, interval
from calque.roles import part
from calque.values import Classifier, Score, View


@part(paper="lavs")
def off_target(
    translations: View,
    classifier: Classifier,
    *,
    wanted: str = "",
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Share of translations that are not in the wanted language; `evaluation.off_target_rows` lists them.

    A translation is in the language under which its words are likeliest together; of equals in the
    wanted one. One without words is in none, so it counts as off target, unless its original has none
    either: such a pair is left out.

    translations: of `models.translate`
    classifier:   of words by language: `synthetic.identifier`, exact, or `vocabulary.origins` of
                  `vocabulary.language_words` for real languages
    wanted:       the language that they should be in; "" for that of the rewritten texts, which a translator
                  may know by another name (`data.relabelled`)
    boot:         number of bootstrap draws over texts for the 95 % percentile interval
    """
    if boot < 1:
        raise BadSetting(f"evaluation.off_target: boot must be at least 1, got {boot}")
    wanted = wanted or translations.rewritten.language
    found = counted(translations, classifier, wanted)
    if not found:
        raise BadValue("evaluation.off_target: no text has a word; there is nothing to judge")
    counts = np.array([[language != wanted, 1] for _, language in found], dtype=np.int64)
    share = Statistics(counts, lambda sums: sums[..., 0] / np.maximum(sums[..., 1], 1))
    low, high = interval(share, draws=boot, seed=seed)
    conditions = {"wanted": wanted, "boot": boot, "seed": seed}
    return Score("off_target", share.value, low, high, len(found), conditions)
