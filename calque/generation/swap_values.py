"""New labelled utterances by other values in their slots."""

from collections import defaultdict

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.generation.brackets import Utterance
from calque.roles import part
from calque.values import Labelled

_WHERE = "generation.swap_values"


@part(paper="linguist")
def swap_values(
    examples: Labelled, values: Labelled | None = None, *, times: int = 1, seed: int = 0
) -> Labelled:
    """Write every example anew with values drawn from all slots of the same label.

    A model that learns from these cannot learn which value goes with which utterance, and copies what it is
    told. A value may be drawn that stood there before; one without words stays.

    examples: of task slots
    values:   whose slots the values are taken from, in whatever language; a label that has none there keeps
              the values it has. Those of the examples where there are none
    times:    new utterances of each example, one lot after the other
    seed:     draws values; the first lots do not depend on `times`
    """
    if times < 1:
        raise BadSetting(f"{_WHERE}: times must be at least 1, got {times}")
    own = [_utterance(row) for row in _checked(examples)]
    pool: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in own if values is None else map(_utterance, _checked(values)):
        for label, words in one.values:
            pool[label].append(words)
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(times):
        for row, one in zip(examples, own, strict=True):
            made = _swapped(one, pool, random)
            rows.append(row | {"words": list(made.words), "tags": made.tags})
    return Labelled.of(rows, "slots", examples.language)


def _checked(examples: Labelled) -> Labelled:
    if examples.task != "slots":
        raise BadValue(f"{_WHERE}: examples of task '{examples.task}' have no slots")
    return examples


def _utterance(row: dict) -> Utterance:
    return Utterance.of(row["words"], row["tags"])


def _swapped(
    one: Utterance, pool: dict[str, list[tuple[str, ...]]], random: np.random.Generator
) -> Utterance:
    words: list[str] = []
    spans, end = [], 0
    for (start, stop, label), (_, old) in zip(one.spans, one.values, strict=True):
        choices = pool.get(label) or [old]
        new = choices[int(random.integers(len(choices)))]
        words += one.words[end:start]
        spans.append((len(words), len(words) + len(new), label))
        words += new
        end = stop
    return Utterance((*words, *one.words[end:]), tuple(spans))
