"""Utterances that a model wrote, as labelled examples, and what is wrong with the others.

Source: Rosenbaum et al. 2022, "LINGUIST", section 3.3 on filtering of outputs,
https://aclanthology.org/2022.coling-1.18
"""

from collections import Counter

from calque.generation.brackets import ANY, Instruction, NotRead, Utterance
from calque.generation.troubled import strings, told
from calque.roles import part
from calque.values import Labelled, View


@part(paper="linguist")
def read_slots(written: View, *, repeats: bool = False) -> Labelled:
    """Read what was written for each instruction; column `trouble` says why an example is not to be used.

    Nothing is mended: an utterance must be read to its end, hold every slot that was asked for with the
    words that were told, and no other slot. Of a slot whose words were not told, any words will do. One that
    is in trouble has no words and no tags.

    written: instructions of `generation.slot_prompts`, and what a translator made of each
    repeats: whether an utterance may be one of those that were shown, or one that was written before
    """
    seen: set[tuple[str, Utterance]] = set()
    troubles = told(written.rewritten.table)
    rows, reasons = [], []
    for (asked, text), trouble in zip(written, troubles, strict=True):
        instruction = Instruction.read(asked)
        found, why = _read(instruction, text, trouble)
        key = (instruction.intent, found)
        if not why and not repeats:
            if found in instruction.examples:
                why = "repeats what was shown"
            elif key in seen:
                why = "was written before"
        seen.add(key)
        good = Utterance(()) if why else found
        rows.append({"words": list(good.words), "tags": good.tags, "label": instruction.intent})
        reasons.append(why)
    examples = Labelled.of(rows, "slots", written.rewritten.language)
    return examples.with_columns(trouble=strings(reasons))


def _read(instruction: Instruction, text: str, trouble: str) -> tuple[Utterance, str]:
    """The utterance, and what is wrong with it."""
    if trouble or not text.strip():
        return Utterance(()), trouble or "empty"
    try:
        found = Utterance.read(text, instruction.labels)
    except NotRead as error:
        return Utterance(()), str(error)
    return found, _differs(instruction, found)


def _differs(instruction: Instruction, found: Utterance) -> str:
    """What of the slots was not as asked for: the first reason of several."""
    asked = Counter(label for label, _ in instruction.include)
    there = Counter(label for label, _ in found.values)
    if asked - there:
        return "a slot is missing"
    if there - asked:
        return "a slot that was not asked for"
    told = Counter((label, words) for label, words in instruction.include if words is not None)
    if told - Counter(found.values):
        return "the value of a slot is changed"
    if any(words == (ANY,) for _, words in Counter(found.values) - told):
        return "no value for a slot"
    return ""
