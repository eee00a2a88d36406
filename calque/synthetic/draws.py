"""Draws of meanings by name, the same for every language of a family."""

from dataclasses import dataclass

import numpy as np

from calque.errors import BadSetting
from calque.registry import near
from calque.synthetic.meanings import Clauses, gists, requests, statements
from calque.synthetic.reasoning import CLAUSES, asked, pairs
from calque.synthetic.streams import stream
from calque.synthetic.world import World

KINDS = {  # what can be said, and the draw that it comes from
    "statements": "statements",
    "gists": "statements",
    "requests": "requests",
    "premises": "pairs",
    "hypotheses": "pairs",
    "contexts": "questions",
    "questions": "questions",
}


@dataclass(frozen=True)
class Draw:
    """Meanings drawn together.

    clauses: by kind, a key of `KINDS`
    truth:   what is to be found out: "intent", "label", or "clause" and "role" of the answer; [n] each
    """

    clauses: dict[str, Clauses]
    truth: dict[str, np.ndarray]


def draw(world: World, kind: str, n: int, family: int, seed: int) -> Draw:
    """Meanings of n texts of this kind and of whatever goes with it.

    family, seed: of the family and of the draw; the first texts do not depend on n
    """
    if kind not in KINDS:
        raise BadSetting(
            f"synthetic family: no texts called '{kind}'{near(kind, list(KINDS))}; "
            f"there are: {', '.join(KINDS)}"
        )
    if n < 0:
        raise BadSetting(f"synthetic family: n must be at least 0, got {n}")
    source = KINDS[kind]
    random, second = stream(source, family, seed), stream(source, "more", family, seed)
    if source == "statements":
        said = statements(world, random, n)
        return Draw({"statements": said, "gists": gists(said)}, {})
    if source == "requests":
        said, intent = requests(world, random, n)
        return Draw({"requests": said}, {"intent": intent})
    if source == "pairs":
        premise, hypothesis, label = pairs(world, random, second, n)
        return Draw({"premises": premise, "hypotheses": hypothesis}, {"label": label})
    contexts, questions, clause, role = asked(world, random, second, n)
    return Draw({"contexts": contexts, "questions": questions}, {"clause": clause, "role": role})


def group(kind: str) -> int:
    """Clauses per text."""
    return CLAUSES if kind == "contexts" else 1
