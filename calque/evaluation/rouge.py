"""How much of what should be written was written, in its order: ROUGE-L, over pieces where words have no spaces.

Source: Lin 2004, "ROUGE", section 3.1, https://aclanthology.org/W04-1013; over pieces (SP-ROUGE): Vu et al. 2022,
"Overcoming Catastrophic Forgetting in Zero-Shot Cross-Lingual Generation",
https://arxiv.org/abs/2205.12647
"""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.cutting import cut
from calque.maths.bootstrap import Statistics, interval
from calque.roles import part
from calque.values import Score, Texts, View, Vocabulary


@part(paper="zero-shot-prompt-tuning-generation")
def rouge(
    translations: View,
    references: Texts,
    vocabulary: Vocabulary | None = None,
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Mean over texts of the F1 of the longest common subsequence of both.

    Signs count like words. Two texts without any unit agree, one without has nothing in common with another.

    translations: whose rewritten texts are compared, as texts in the language of the references
    references:   what should have been written, one for each
    vocabulary:   whose pieces are compared; None for words, which do for languages that part them
    boot:         number of bootstrap draws over texts for the 95 % percentile interval
    """
    if len(translations) != len(references) or not len(references):
        raise BadValue(
            f"evaluation.rouge: {len(translations)} texts for {len(references)} references; one of "
            "each, and at least one"
        )
    if boot < 1:
        raise BadSetting(f"evaluation.rouge: boot must be at least 1, got {boot}")
    sides = [_units(side, references, vocabulary) for side in (translations.rewritten, references)]
    scores = [_f1(one, other) for one, other in zip(*sides, strict=True)]
    counts = np.stack([scores, np.ones(len(scores))], axis=1)
    mean = Statistics(counts, lambda sums: sums[..., 0] / sums[..., 1])
    low, high = interval(mean, draws=boot, seed=seed)
    conditions = {"units": "words" if vocabulary is None else "pieces", "boot": boot, "seed": seed}
    return Score("rouge", mean.value, low, high, len(scores), conditions)


def _units(
    texts: Texts, like: Texts, vocabulary: Vocabulary | None
) -> Sequence[Sequence[str | int]]:
    if vocabulary is not None:
        return vocabulary.cut(list(texts))
    rows = (cut(text, like.language, tokenized=like.tokenized) for text in texts)
    return [[word.text for word in row] for row in rows]


def _f1(one: Sequence[str | int], other: Sequence[str | int]) -> float:
    if not one or not other:
        return float(not one and not other)
    return 2 * _common(one, other) / (len(one) + len(other))


def _common(one: Sequence[str | int], other: Sequence[str | int]) -> int:
    """Length of the longest common subsequence, a row of the usual table at a time."""
    names = {unit: number for number, unit in enumerate(dict.fromkeys([*one, *other]))}
    across = np.array([names[unit] for unit in other])
    before = np.zeros(len(other) + 1, dtype=np.int64)
    for unit in one:
        taken = np.where(across == names[unit], before[:-1] + 1, before[1:])
        before = np.concatenate([[0], np.maximum.accumulate(taken)])
    return int(before[-1])
