"""Texts that a model wrote for labels, as labelled examples, and what is wrong with the others.

Source: Luo et al. 2024, "CrossTune: Black-Box Few-Shot Classification with Label Enhancement", section 3,
https://arxiv.org/abs/2403.12468
"""

from calque.errors import BadValue
from calque.generation.troubled import strings, told
from calque.roles import part
from calque.values import Labelled, View


@part(paper="crosstune")
def read_classes(written: View, asked: Labelled) -> Labelled:
    """Give each text the label that it was asked for; column `trouble` says why an example is not to be used.

    Nothing is mended. What is empty, stands in its own instruction or was written before is in trouble, and so
    is what the writer itself said is. Whether the others are what was asked for is for a switch to find
    (`data.trusted`).

    written: the texts of `generation.class_prompts`, and what a translator made of each
    asked:   the same instructions with their labels
    """
    instructions = asked.table["text"].to_pylist()
    if list(written.original) != instructions:
        raise BadValue(
            f"generation.read_classes: {len(written)} texts were written for other instructions than the "
            f"{len(asked)} that were asked"
        )
    troubles = told(written.rewritten.table)
    seen: set[str] = set()
    rows, reasons = [], []
    for (asks, text), label, trouble in zip(written, asked.gold, troubles, strict=True):
        key = " ".join(text.split())
        why = trouble
        if not why and not key:
            why = "empty"
        elif not why and key in asks:
            why = "repeats its instruction"
        elif not why and key in seen:
            why = "was written before"
        seen.add(key)
        rows.append({"text": text, "label": label})
        reasons.append(why)
    return Labelled.of(rows, "class", written.rewritten.language).with_columns(
        trouble=strings(reasons)
    )
