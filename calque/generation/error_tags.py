"""Words of erroneous sentences, told apart by comparing with the correct ones.

Sources: the labels of Volodina et al. 2023, "MultiGED-2023 shared task at NLP4CALL",
https://aclanthology.org/2023.nlp4call-1.1; edits between both sentences as in Bryant et al. 2017, "Automatic Annotation
and Evaluation of Error Types for Grammatical Error Correction", https://aclanthology.org/P17-1074, with types of our own
that need no knowledge of the language
"""

from calque.generation.troubled import strings
from calque.maths.edits import edits
from calque.roles import part
from calque.values import Bitext, Labelled

RIGHT, WRONG = "c", "i"
_CLOSE = 0.5  # of its letters that a form of a word shares with it at the beginning


@part(paper="ged-synthetic-errors")
def error_tags(bitext: Bitext, *, kinds: bool = False, missing: bool = True) -> Labelled:
    """Tag the words of each target "c" where they stand in the source too, else "i".

    bitext:  correct sentences and erroneous ones, words apart by spaces
    kinds:   tag words by what is wrong instead: "order" (exchanged with a neighbor), "spelling" (one letter more or
             less, or two exchanged), "form" (begins alike), "word" (another), "extra"
    missing: whether the word before which one is missing is wrong, as in MultiGED ("missing"); one that is
             missing at the end makes the last word wrong

    Column `trouble` says which targets are not to be used: those without a word, or with nothing but errors.
    """
    rows, troubles = [], []
    for source, target in bitext:
        old, new = source.split(), target.split()
        tags = _tags(old, new, missing)
        wrong = bool(tags) and RIGHT not in tags
        troubles.append(
            "no words" if not new else "nothing is left of it" if wrong and len(new) > 1 else ""
        )
        if not kinds:
            tags = [tag if tag == RIGHT else WRONG for tag in tags]
        rows.append({"words": new, "tags": tags})
    return Labelled.of(rows, "tags", bitext.target).with_columns(trouble=strings(troubles))


def _tags(old: list[str], new: list[str], missing: bool) -> list[str]:
    tags = [RIGHT] * len(new)
    for kind, first, _, start, end in edits(old, new):
        if kind == "exchanged":
            tags[start:end] = ["order"] * 2
        elif kind == "changed":
            tags[start] = _changed(old[first], new[start])
        elif kind == "put in":
            tags[start] = "extra"
        elif kind == "left out" and missing and new:
            place = min(start, len(new) - 1)
            tags[place] = "missing" if tags[place] == RIGHT else tags[place]
    return tags


def _changed(old: str, new: str) -> str:
    steps = [edit for edit in edits(old, new) if edit[0] != "same"]
    if len(steps) == 1 and steps[0][0] != "changed":
        return "spelling"
    shorter = min(len(old), len(new))
    pairs = enumerate(zip(old, new, strict=False))
    common = next((k for k, (a, b) in pairs if a != b), shorter)
    return "form" if common >= _CLOSE * shorter else "word"
