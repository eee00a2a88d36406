"""One model's score on human and on machine translations of a test set: a sign of errors in either.

Source: Agrawal, Fazili and Jyothi 2024, "Translation Errors Significantly Impact Low-Resource
Languages in Cross-Lingual Learning", section 3, https://aclanthology.org/2024.eacl-short.28
"""

from collections.abc import Mapping, Sequence

from calque.errors import BadValue
from calque.evaluation.versions import gaps
from calque.roles import part
from calque.values import Table


@part(paper="translation-errors-xnli")
def translation_gap(
    human: Mapping[str, Sequence],
    machine: Mapping[str, Sequence],
    references: Sequence,
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate per language how much better one model does on machine than on human translations.

    Both translate the same sentences, so the model knows the language equally well: a gap above 0 tells that
    labels no longer fit the human translations, one below 0 that they no longer fit the machine's. A
    paraphrase that fits the label makes rows wrong in both directions and leaves the gap at 0.

    human, machine: by language, the model's labels of either version, in the order of the references
    references: labels of the sentences that were translated, the same for all languages
    boot:       number of bootstrap draws over rows for the 95 % interval, and of random swaps for p

    Columns: language, human and machine (accuracy), gap (machine - human), low, high, p, human_only and
    machine_only (rows right on that version alone), n, p_of_all (p where all languages are tested at once, by Holm); the
    greatest gap first.
    """
    if not human or set(human) != set(machine):
        raise BadValue(
            f"evaluation.translation_gap: human translations of {', '.join(human) or 'nothing'} and "
            f"machine translations of {', '.join(machine) or 'nothing'}; both of the same languages"
        )
    if not len(references):
        raise BadValue("evaluation.translation_gap: no labels to compare with")
    versions = [(name, made, machine[name], references) for name, made in human.items()]
    return gaps("evaluation.translation_gap", versions, boot=boot, seed=seed)
