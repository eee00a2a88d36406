"""Translations that lost a number, a marker or a name, one by one."""

from calque.errors import BadValue
from calque.evaluation.flagging import flagged
from calque.roles import part
from calque.values import Labelled, Table, View


@part
def flagged_translations(view: View, examples: Labelled | None = None) -> Table:
    """List every check that a translation fails: `text` (from 0), `check`, `seen`, both texts.

    The checks are those of `evaluation.translation_checks`, which counts them.

    examples: with tags or slots, whose texts those of the view are: words of their spans are then checked
    """
    if examples is not None and len(examples) != len(view):
        raise BadValue(
            f"evaluation.flagged_translations: {len(examples)} examples and {len(view)} texts"
        )
    return Table(
        tuple(
            {"text": row, "check": check, "seen": seen, "original": old, "translation": new}
            for row, (old, new, found) in enumerate(flagged(view, examples))
            for check, seen in found
        )
    )
