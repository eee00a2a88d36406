"""Questions for the tuples of sentences, as they are asked and as they are read back."""

from calque.errors import BadValue
from calque.values import Labelled, View

CUT = " | "


def asked(
    part_name: str, examples: Labelled, translated: View
) -> list[tuple[list[dict], list[str]]]:
    """Per sentence its tuples and the questions for them; none where there is no translation."""
    if examples.task != "tuples" or len(examples) != len(translated):
        raise BadValue(
            f"{part_name}: needs as many translations as examples of task tuples, got {len(translated)} for "
            f"{len(examples)} of task '{examples.task}'"
        )
    made = []
    for row, (before, after) in zip(examples, translated, strict=True):
        own = list(row["tuples"] or ()) if after.strip() else []
        shown = [CUT.join([*t["arguments"][:1], t["relation"], *t["arguments"][1:]]) for t in own]
        made.append(
            (own, [f"sentence: {before} | tuple: {one} | translation: {after}" for one in shown])
        )
    return made
