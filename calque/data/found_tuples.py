"""Tuples from the tags of predicates and of their arguments.

Source: Ro et al. 2020, "Multi²OIE", section 3.4 (confidence), https://aclanthology.org/2020.findings-emnlp.99
"""

import numpy as np

from calque.data.told import ARGUMENTS, MARKS, PREDICATE
from calque.errors import BadValue
from calque.maths.counts import spans
from calque.roles import part
from calque.values import Labelled, Predictions


@part(paper="ro-etal-2020-multi2oie")
def found_tuples(predicates: Predictions, asked: Labelled, predictions: Predictions) -> Predictions:
    """Put the predicates of sentences and what was tagged for each together: tuples per sentence.

    A tuple's score is the probability of its predicate's first word and the mean one of each argument's first words,
    summed, as in the authors' code. Places where one argument stands are joined. Predicates without arguments are left out.

    predicates:  of the sentences (`data.predicates`), with probabilities
    asked:       `data.arguments` of these
    predictions: of what was asked, with probabilities
    """
    shares = [one.probabilities for one in (predicates, predictions)]
    if len(predictions) != len(asked) or shares[0] is None or shares[1] is None:
        raise BadValue(
            f"data.found_tuples: {len(predictions)} predictions for {len(asked)} predicates; both kinds have probabilities"
        )
    found: list[list[dict]] = [[] for _ in predicates]
    first = [np.cumsum([0, *map(len, one)]) for one in (predicates, predictions)]
    for place, row in enumerate(asked):
        words, number = row["words"], row["row"]
        opened, closed = _marks(words, predicates[number], len(found[number]))
        own: dict[str, list[tuple[int, int]]] = {}
        for kind, start, end in spans(predictions[place]):
            if kind in ARGUMENTS:
                own.setdefault(kind, []).append((start, end))
        score = shares[0][first[0][number] + opened].max()
        made = []
        for kind in ARGUMENTS:
            for_it = own.get(kind, [])
            inside = [k for a, b in for_it for k in range(a, b) if k < opened or k > closed]
            made.append(" ".join(words[k] for k in inside))
            if for_it:
                score += np.mean([shares[1][first[1][place] + a].max() for a, _ in for_it])
        while made and not made[-1]:
            made.pop()
        relation = " ".join(words[opened + 1 : closed])
        found[number].append({"relation": relation, "arguments": made, "score": float(score)})
    return Predictions(tuple(tuple(t for t in own if t["arguments"]) for own in found))


def _marks(words: list[str], tags: tuple[str, ...], nth: int) -> tuple[int, int]:
    """Where the marks of a sentence's nth predicate stand; BadValue where it has none there."""
    own = [(start, end + 1) for kind, start, end in spans(tags) if kind == PREDICATE]
    if nth >= len(own) or tuple(words[place] for place in own[nth] if place < len(words)) != MARKS:
        raise BadValue(
            f"data.found_tuples: predicate {nth} of '{' '.join(words)}' is not one of those that were predicted; ask "
            "with data.arguments of these predictions"
        )
    return own[nth]
