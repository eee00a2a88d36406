"""Instructions for a model that is to write texts of given labels.

Source: Luo et al. 2024, "CrossTune: Black-Box Few-Shot Classification with Label Enhancement", section 3 (further
examples by a language model), https://arxiv.org/abs/2403.12468
"""

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.named import named
from calque.roles import part
from calque.values import Labelled

_WHERE = "generation.class_prompts"


@part(paper="crosstune")
def class_prompts(
    described: Labelled,
    examples: Labelled,
    *,
    language: str = "",
    times: int = 8,
    shown: int = 3,
    seed: int = 0,
) -> Labelled:
    """Ask `times` times for a text of each label, by what describes it and some examples that have it.

    What is given back has an instruction as text, one line each, and the label that it asks for. Its texts
    (`data.written`) go to whatever writes, any translator; `generation.read_classes` reads what came back.

    described: a description of each label, as examples of the task class
    examples:  of the task class, to be shown; their labels are among those described
    language:  of what is to be written, ISO 639-3; that of the examples where empty
    times:     instructions of each label, each with other examples
    shown:     most examples of the label in an instruction; fewer where there are fewer
    seed:      draws the examples that are shown
    """
    if times < 1 or shown < 0:
        raise BadSetting(
            f"{_WHERE}: times must be at least 1 and shown not negative, got {times} and {shown}"
        )
    for what, some in (("described", described), ("examples", examples)):
        if some.task != "class":
            raise BadValue(f"{_WHERE}: {what} must be of task class, got '{some.task}'")
    told = {row["label"]: _line(row["text"]) for row in described}
    lost = sorted({*examples.gold} - {*told})
    if lost:
        raise BadValue(f"{_WHERE}: no description of '{lost[0]}', there are: {', '.join(told)}")
    known: dict[str, list[str]] = {label: [] for label in told}
    for row in examples:
        known[row["label"]].append(_line(row["text"]))
    into, random = language or examples.language, np.random.default_rng(seed)
    rows = []
    for label, meaning in told.items():
        for _ in range(times):
            some = [known[label][k] for k in random.permutation(len(known[label]))[:shown]]
            asks = f"Write one new text in {named(into)} with the label {_line(label)}: {meaning}."
            if some:
                asks += " Texts with this label: " + " ".join(f"“{text}”" for text in some)
            rows.append({"text": asks, "label": label})
    return Labelled.of(rows, "class", into)


def _line(text: str) -> str:
    return " ".join(text.split())
