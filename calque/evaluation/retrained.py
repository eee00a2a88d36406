"""What training on back-translated data changes, on originals and on translations.

Source: Artetxe, Labaka and Agirre 2020, "Translation Artifacts in Cross-lingual Transfer Learning", section 4,
https://arxiv.org/abs/2004.04721
"""

from collections.abc import Mapping, Sequence

from calque.errors import BadValue
from calque.evaluation.versions import gaps
from calque.roles import part
from calque.values import Table

_WHERE = "evaluation.retrained"


@part(paper="translation-artifacts")
def retrained(
    originals: Mapping[str, Sequence],
    back: Mapping[str, Sequence],
    references: Sequence,
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate per test set the accuracy of a model trained on originals, and of one on the same translated there and back.

    Columns: test, originals, back (accuracy), gain (back - originals), low, high, p, n.

    originals, back: by name of a version of the test set, the labels that either model gives it; for example
          zero-shot (as it is) and translate-test (translated)
    references: labels of the test set, the same for all versions
    boot: number of bootstrap draws over rows for the 95 % interval, and of random swaps for p
    """
    if not originals or set(originals) != set(back):
        raise BadValue(
            f"{_WHERE}: tests {', '.join(originals) or 'none'} and {', '.join(back) or 'none'}; both of the "
            "same names"
        )
    versions = [(name, made, back[name], references) for name, made in originals.items()]
    found = {row["language"]: row for row in gaps(_WHERE, versions, boot=boot, seed=seed)}
    names = {"human": "originals", "machine": "back", "gap": "gain"}
    kept = [*names, "low", "high", "p", "n"]
    return Table(
        tuple(
            {"test": name} | {names.get(key, key): found[name][key] for key in kept}
            for name in originals
        )
    )
