"""The translations that are in another language than was wanted."""

from calque.evaluation.identified import counted
from calque.roles import part
from calque.values import Classifier, Table, View


@part(paper="lavs")
def off_target_rows(translations: View, classifier: Classifier, *, wanted: str = "") -> Table:
    """List the translations that `evaluation.off_target` counts: `row`, `wanted`, `found`, both texts.

    `row` counts from 0; `found` is empty for a translation without words.

    translations, classifier, wanted: as in `evaluation.off_target`
    """
    wanted = wanted or translations.rewritten.language
    every = counted(translations, classifier, wanted)
    off = [(row, found) for row, found in every if found != wanted]
    pairs = translations.take([row for row, _ in off])
    return Table(
        tuple(
            {"row": row, "wanted": wanted, "found": found, "original": old, "translation": new}
            for (row, found), (old, new) in zip(off, pairs, strict=True)
        )
    )
