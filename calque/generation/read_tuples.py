"""Tuples that a model found again in translations, as examples, and what is wrong with the others.

Source: Wang et al. 2023, "MT4CrossOIE", section 3.5, https://arxiv.org/abs/2308.06552
"""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.generation.troubled import strings, told
from calque.generation.tuple_questions import CUT, asked
from calque.languages.words import words_of
from calque.roles import part
from calque.values import Labelled, View

_WHERE = "generation.read_tuples"


@part(paper="mt4crossoie")
def read_tuples(examples: Labelled, translated: View, written: View) -> Labelled:
    """Read the answer to each question; an example per translation, column `trouble` says why one is not to be used.

    Nothing is mended: an answer must have as many places as its tuple, none empty, each in words that stand side by side in the
    translation. One wrong answer puts the whole sentence in trouble, as in the authors' code: else what it says
    would be tagged as said by nothing. Equal tuples of a sentence count once.

    examples, translated: as given to `generation.tuple_prompts`
    written:              its questions, and what a translator made of each
    """
    prompts = asked(_WHERE, examples, translated)
    count = sum(len(own) for _, own in prompts)
    if len(written) != count:
        raise BadValue(f"{_WHERE}: {len(written)} answers to {count} questions")
    answers = iter(zip(written.rewritten, told(written.rewritten.table), strict=True))
    target = translated.rewritten
    rows, reasons = [], []
    for (own, _), text, trouble in zip(prompts, target, told(target.table), strict=True):
        words = words_of(text, target.tokenized)
        found: list[dict] = []
        why = trouble or ("" if text.strip() else "no translation")
        for one in own:
            answer, own_trouble = next(answers)
            slots = [words_of(s, target.tokenized) for s in answer.split(CUT)] if answer else []
            why = why or own_trouble or _wrong(words, slots, len(one["arguments"]) + 1)
            if not why:
                texts = [" ".join(slot) for slot in slots]
                relation = texts.pop(min(1, len(one["arguments"])))  # the subject stands before it
                made = {"relation": relation, "arguments": texts, "score": one["score"]}
                found += [] if made in found else [made]
        rows.append({"words": words, "tuples": [] if why else found})
        reasons.append(why)
    made_of = Labelled.of(rows, "tuples", target.language)
    return made_of.with_columns(trouble=strings(reasons))


def _wrong(words: Sequence[str], slots: Sequence[Sequence[str]], count: int) -> str:
    if len(slots) != count:
        return "not as many places as asked for"
    if not all(slots):
        return "an empty place"
    if not all(_stands(words, slot) for slot in slots):
        return "words that do not stand so in the translation"
    return ""


def _stands(words: Sequence[str], some: Sequence[str]) -> bool:
    return any(
        list(words[start : start + len(some)]) == list(some)
        for start in range(len(words) - len(some) + 1)
    )
