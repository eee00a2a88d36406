"""The arguments of one predicate as tags: the second of two questions that a tagger answers to find tuples.

Source: Ro et al. 2020, "Multi²OIE", section 3, https://aclanthology.org/2020.findings-emnlp.99
"""

import logging

import pyarrow as pa

from calque.data.told import ARGUMENTS, PREDICATE, check_tuples, marked, placed, tags
from calque.errors import BadValue
from calque.maths.counts import spans
from calque.roles import part
from calque.values import Labelled, Predictions

log = logging.getLogger(__name__)


@part(paper="ro-etal-2020-multi2oie")
def arguments(examples: Labelled, predicates: Predictions | None = None) -> Labelled:
    """Put each predicate between marks and tag its arguments, A0 to A3: an example of task tags per predicate.

    The marks "[" and "]" are words of the sentence, so one tagger answers both questions, where the authors' has a second
    network that is given the predicate's states. Column `row` holds the sentence's number among the examples.

    examples:   of task tuples; those of their tuples whose words all stand in the sentence, relation and each
                argument side by side, the others counted in the log
    predicates: what a tagger says of `data.predicates`: ask for the arguments of these, which are not known
    """
    check_tuples("data.arguments", examples)
    if predicates is not None and len(predicates) != len(examples):
        raise BadValue(
            f"data.arguments: {len(predicates)} predictions for {len(examples)} examples"
        )
    rows, numbers, there = [], [], 0
    for number, row in enumerate(examples):
        words = row["words"]
        if predicates is not None:
            found = [[(a, b)] for kind, a, b in spans(predicates[number]) if kind == PREDICATE]
        else:
            found = list(placed(words, row["tuples"]))
            there += len(row["tuples"] or ())
        for predicate, *own in found:
            # two marks: one before the predicate, one behind it
            moved = [(a + 2 * (a >= predicate[1]), b + 2 * (a >= predicate[1])) for a, b in own]
            known = (
                None
                if predicates is not None
                else tags(len(words) + 2, dict(zip(moved, ARGUMENTS, strict=False)))
            )
            rows.append({"words": marked(words, predicate), "tags": known})
            numbers.append(number)
    if predicates is None:
        log.info("%d of %d tuples stand in their sentences as they are", len(rows), there)
    made = Labelled.of(rows, "tags", examples.language)
    return made.with_columns(row=pa.array(numbers, pa.int32()))
