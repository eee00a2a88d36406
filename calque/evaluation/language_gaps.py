"""One model's score on human and on machine translations of test sets that hold several languages.

Source: Agrawal, Fazili and Jyothi 2024, "Translation Errors Significantly Impact Low-Resource
Languages in Cross-Lingual Learning", section 3, https://aclanthology.org/2024.eacl-short.28
"""

from collections import defaultdict

from calque.errors import BadValue
from calque.evaluation.versions import gaps
from calque.roles import part
from calque.values import Labelled, Predictions, Table

_WHERE = "evaluation.language_gaps"


@part(paper="translation-errors-xnli")
def language_gaps(
    human: Predictions,
    machine: Predictions,
    examples: Labelled,
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate per language how much better a model does on machine than on human translations, as `evaluation.translation_gap`.

    human, machine: the model's labels of either version, in the order of the examples
    examples: those of either version, with their labels. A column `language` says of which language each is, as in
              XNLI's files; without it all are of one
    boot:     number of bootstrap draws over rows for the 95 % interval, and of random swaps for p
    """
    if not len(human) == len(machine) == len(examples) or not len(examples):
        raise BadValue(
            f"{_WHERE}: {len(human)} and {len(machine)} predictions of the two versions and {len(examples)} "
            "examples; versions are of the same examples in the same order"
        )
    names = [examples.language] * len(examples)
    if "language" in examples.table.column_names:
        names = [name or "und" for name in examples.table["language"].to_pylist()]
    gold = examples.gold
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    versions = [
        (name, [human[k] for k in own], [machine[k] for k in own], [gold[k] for k in own])
        for name, own in places.items()
    ]
    return gaps(_WHERE, versions, boot=boot, seed=seed)
