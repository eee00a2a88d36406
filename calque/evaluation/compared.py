"""Counts of several systems in one metric, so that they can be compared example by example."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain

from calque.errors import BadSetting, BadValue
from calque.evaluation.answer_words import best_of, equal, shared
from calque.maths import counts
from calque.maths.bootstrap import Statistics

_COUNTS: dict[str, Callable[..., Statistics]] = {
    "accuracy": counts.hits,
    "macro_f1": counts.class_f1,
    "span_f1": counts.span_f1,
    "las": counts.attached,
    "uas": partial(counts.attached, kept=1),
    "answer_f1": partial(best_of, compare=shared),
    "exact_match": partial(best_of, compare=equal),
}


def counted(
    part: str, systems: Sequence[Sequence], references: Sequence, metric: str, language: str
) -> list[Statistics]:
    """Counts of each system's predictions, all over the same columns.

    part:     named in errors
    language: of answers
    """
    if metric not in _COUNTS:
        raise BadSetting(f"{part}: no metric '{metric}'; there are: {', '.join(_COUNTS)}")
    if not len(references):
        raise BadValue(f"{part}: no examples to compare on")
    count = _COUNTS[metric]
    if metric in ("answer_f1", "exact_match"):
        return [count(part, made, references, language) for made in systems]
    also = {"also": [*chain(*systems)]} if metric == "macro_f1" else {}
    return [count(made, references, **also) for made in systems]
