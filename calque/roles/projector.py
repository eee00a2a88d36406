"""projector: Labelled, View -> Labelled. Carries labels into the texts that theirs became, and accounts for each."""

from collections.abc import Callable
from typing import Any

import numpy as np

from calque.roles.base import Role
from calque.values import Bitext, Labelled, Links, Texts, View

_ROWS = (
    (
        "Asha lives in New York .",
        "B-PER O O B-LOC I-LOC O",
        "Asha anaishi New York .",
        "0-0 1-1 3-2 4-3 5-4",
    ),
    ("nothing here", "O O", "hakuna", "0-0"),
    ("", "", "", ""),
    ("Kofi met Ama", "B-PER O B-PER", "", ""),
    ("the University of Ghana", "O B-ORG I-ORG I-ORG", "Chuo cha Ghana", "1-0 3-2"),
    ("נחום גר בחיפה", "B-PER O B-LOC", "ナホムは ハイファに 住む", "0-0 2-1 1-2"),
    ("a b", "B-PER B-LOC", "x", "0-0 1-0"),
)


def example(seed: int) -> tuple[Labelled, View]:
    """Sentences in several scripts: whole spans, broken ones, crossing ones, empty texts, one word for two."""
    order = np.random.default_rng(seed).permutation(len(_ROWS))
    rows = [_ROWS[k] for k in order]
    examples = [{"words": text.split(), "tags": tags.split()} for text, tags, _, _ in rows]
    links = tuple(
        Links(
            np.array([pair.split("-") for pair in linked.split()], dtype=int).reshape(-1, 2),
            (len(text.split()), len(new.split())),
        )
        for text, _, new, linked in rows
    )
    old, new = (Texts.of([row[k] for row in rows], "und", tokenized=True) for k in (0, 2))
    return Labelled.of(examples, "tags"), View(old, new, links=links)


def evidence(seed: int) -> dict[str, Callable[..., Any]]:
    """What projectors may ask for beside the examples and the view, by the name of the argument."""
    return {"scorer": _alike, "inserter": _inserted}


def _alike(bitext: Bitext) -> np.ndarray:
    """The share of characters of both texts that both have."""
    sides = [(set(one), set(other)) for one, other in bitext]
    return np.array([len(one & other) / len(one | other) for one, other in sides])


def _inserted(bitext: Bitext, spans: np.ndarray) -> list[np.ndarray]:
    """Two places of each span, the likelier one at the same place from the end; none in an empty text."""
    targets = [len(target.split()) for _, target in bitext]
    made = []
    for row, _, end in spans.tolist():
        places = sorted({0, max(0, targets[row] - end)})
        some = [(place, place + 1, -1.0 - place) for place in places if targets[row]]
        made.append(np.array(some).reshape(-1, 3))
    return made


def accounts_for_every_span(part, examples: Labelled, view: View):
    """Each span of an example stands once in its account, as kept, changed or lost; the latter two say why."""
    for old, new in zip(examples, part(examples, view), strict=True):
        begun = [tag[2:] for tag in old["tags"] if tag.startswith("B-")]
        assert [entry["kind"] for entry in new["account"]] == begun
        for entry in new["account"]:
            assert entry["outcome"] in ("kept", "changed", "lost")
            assert (entry["outcome"] == "kept") == (entry["reason"] == "")
            assert (entry["outcome"] == "lost") == (entry["new_end"] is None)
            assert 0 <= entry["confidence"] <= 1


def tags_what_the_account_says(part, examples: Labelled, view: View):
    """Target words have the type of the span that the account puts there, and no other has a type."""
    for example in part(examples, view):
        told = ["O"] * len(example["words"])
        for entry in example["account"]:
            if entry["outcome"] != "lost":
                inside = range(entry["new_start"], entry["new_end"])
                told[inside.start] = f"B-{entry['kind']}"
                for k in inside[1:]:
                    told[k] = f"I-{entry['kind']}"
        assert example["tags"] == told


def keeps_every_example_in_order(part, examples: Labelled, view: View):
    """One example for each text, in the language and with the words of the rewritten texts."""
    made = part(examples, view)
    assert len(made) == len(examples)
    assert made.language == view.rewritten.language
    assert [" ".join(row["words"]) for row in made] == list(view.rewritten)


def no_examples_are_no_examples(part, examples: Labelled, view: View):
    """Nothing gives nothing."""
    assert len(part(examples.take([]), view.take([]))) == 0


def each_example_alone(part, examples: Labelled, view: View):
    """An example fares alone as it does among others."""
    together = list(part(examples, view))
    for row, one in enumerate(together):
        (alone,) = part(examples.take([row]), view.take([row]))
        assert alone == one


projector = Role(
    "projector",
    takes=("examples", "view"),
    gives=Labelled,
    about="Carries spans into the texts that theirs became, and says of each what became of it.",
    example=example,
    evidence=evidence,
    laws=(
        accounts_for_every_span,
        tags_what_the_account_says,
        keeps_every_example_in_order,
        no_examples_are_no_examples,
        each_example_alone,
    ),
)
