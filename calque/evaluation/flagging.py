"""Checks of translations, text by text."""

from collections.abc import Iterator

from calque.evaluation.faithful import script, troubles
from calque.values import Labelled, View


def flagged(
    view: View, examples: Labelled | None
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Original, translation, and every check that it fails with what was seen."""
    told = None
    if "trouble" in view.rewritten.table.column_names:
        told = view.rewritten.table["trouble"].to_pylist()
    rows = list(examples) if examples is not None else [{}] * len(view)
    for row, (old, new) in enumerate(view):
        found = [("told by the translator", told[row])] if told and told[row] else []
        names = names_of(rows[row])
        alike = bool(names) and script(old) == script(new)
        yield old, new, [*found, *troubles(old, new, names if alike else [])]


def names_of(example: dict) -> list[str]:
    """Words within spans that begin with a capital letter: those that translations mostly keep."""
    tagged = zip(example.get("words") or (), example.get("tags") or (), strict=True)
    return [word for word, tag in tagged if tag and tag != "O" and word[:1].isupper()]
