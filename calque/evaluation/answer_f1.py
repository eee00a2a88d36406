"""How many words an answer shares with the right one.

Source: Rajpurkar et al. 2016, "SQuAD", section 6.1, https://arxiv.org/abs/1606.05250
"""

from collections.abc import Sequence

from calque.evaluation.answer_words import best_of, shared
from calque.maths.bootstrap import interval
from calque.roles import part
from calque.values import Score


@part(paper="lewis-etal-2020-mlqa")
def answer_f1(
    predictions: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    *,
    language: str = "und",
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Mean over questions of the F1 of words, of the right answer that is most like the one given.

    Words are those of `evaluation.exact_match`. "" is the answer of a question without one, and right
    or wrong as a whole.

    predictions: an answer per question, "" for none
    references:  a right answer per question, or several
    language:    whose articles do not count (`evaluation.exact_match`)
    boot:        number of bootstrap draws over questions for the 95 % percentile interval
    """
    statistics = best_of("evaluation.answer_f1", predictions, references, language, shared)
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed, "language": language}
    return Score("answer_f1", statistics.value, low, high, len(references), conditions)
