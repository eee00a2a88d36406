"""Instructions for a model that is to write utterances with given slots.

Source: Rosenbaum et al. 2022, "LINGUIST: Language Model Instruction Tuning to Generate Annotated Utterances
for Intent Classification and Slot Tagging", section 3, https://aclanthology.org/2022.coling-1.18
"""

from collections import defaultdict

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.generation.brackets import Instruction, Utterance, labels_of
from calque.languages.named import named
from calque.roles import part
from calque.values import Bitext, Labelled

_WHERE = "generation.slot_prompts"


@part(paper="linguist")
def slot_prompts(
    examples: Labelled,
    shots: Labelled | None = None,
    *,
    language: str = "",
    count: int = 3,
    hidden: float = 0.0,
    seed: int = 0,
) -> Bitext:
    """Ask for each example by its language, intent and slots; it stands beside its instruction, in brackets.

    The pairs are what a model learns from (`models.tune_translator`); the instructions alone (`data.side`)
    are what it, or any other translator, is given to write from.

    examples: of task slots; what is to be written, or for new utterances what their slots are taken from
    shots:    utterances to show; those of the examples where there are none. Never the example itself
    language: of what is to be written, ISO 639-3; that of the examples where empty
    count:    most utterances of the same intent that are shown; fewer where there are fewer
    hidden:   share in [0, 1] of the slots whose value is not told: the model is to find one
    seed:     draws utterances to show and slots to hide
    """
    if count < 0 or not 0 <= hidden <= 1:
        raise BadSetting(
            f"{_WHERE}: count must be at least 0 and hidden lie in [0, 1], got {count} and {hidden}"
        )
    wanted, pool = _by_intent(examples), _by_intent(examples if shots is None else shots)
    shown: dict[str, list[Utterance]] = defaultdict(list)
    for intent, one in dict.fromkeys(pool):
        if one.words:
            shown[intent].append(one)
    name = named(language or examples.language)
    pairs = []
    for row, (intent, own) in enumerate(wanted):
        random = np.random.default_rng([seed, row])
        hides = random.random(len(own.spans)) < hidden
        choices = shown[intent]
        # one more than are shown, so that there are enough without its own
        order = random.permutation(len(choices))[: count + 1]
        some = [choices[k] for k in order.tolist() if choices[k] != own][:count]
        labels = labels_of([own, *some])
        values = zip(own.values, hides.tolist(), strict=True)
        include = tuple((label, None if hide else words) for (label, words), hide in values)
        asks = Instruction(name, intent, include, labels, tuple(some))
        pairs.append((asks.write(), own.write(labels)))
    return Bitext.of(pairs, examples.language, language or examples.language)


def _by_intent(examples: Labelled) -> list[tuple[str, Utterance]]:
    if examples.task != "slots":
        raise BadValue(f"{_WHERE}: examples of task '{examples.task}' have no intents with slots")
    return [(row["label"] or "", Utterance.of(row["words"], row["tags"])) for row in examples]
