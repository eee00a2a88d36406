"""Share of questions that are answered with the very words.

Source: Rajpurkar et al. 2016, "SQuAD", section 6.1, https://arxiv.org/abs/1606.05250
"""

from collections.abc import Sequence

from calque.evaluation.answer_words import best_of, equal
from calque.maths.bootstrap import interval
from calque.roles import part
from calque.values import Score


@part(paper="lewis-etal-2020-mlqa")
def exact_match(
    predictions: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    *,
    language: str = "und",
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Share of answers whose words are those of a right one, without case, punctuation and articles.

    predictions: an answer per question, "" for none
    references:  a right answer per question, or several
    language:    whose articles do not count: English, Spanish, German, Vietnamese and Arabic, as in
                 MLQA's script; other languages have none here
    boot:        number of bootstrap draws over questions for the 95 % percentile interval
    """
    where = "evaluation.exact_match"
    statistics = best_of(where, predictions, references, language, equal)
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed, "language": language}
    return Score("exact_match", statistics.value, low, high, len(references), conditions)
