"""Questions asked in other words, or another language."""

from calque.errors import BadValue
from calque.generation.troubled import strings, told
from calque.roles import part
from calque.values import Labelled, View


@part(paper="paxqa")
def ask(examples: Labelled, asked: View) -> Labelled:
    """Put to each context what became of its question; contexts and answers stay, in whatever language.

    So one translation of the questions serves contexts of either language. Column `trouble` says why an example is
    not to be used, and goes on saying so where it did: no question, one that gives its answer away, or one that
    lacks a phrase of column `constraints`, which the translation of a question must hold.

    examples: of task answer
    asked:    their questions (`data.questions`) and what a translator made of them
    """
    if examples.task != "answer" or len(examples) != len(asked):
        raise BadValue(
            f"generation.ask: needs as many questions as examples of task answer, got {len(asked)} for "
            f"{len(examples)} of task '{examples.task}'"
        )
    troubles = []
    for example, before, question, trouble in zip(
        examples, told(examples.table), asked.rewritten, told(asked.rewritten.table), strict=True
    ):
        troubles.append(before or trouble or _wrong(example, question))
    asks = asked.rewritten.table["text"].combine_chunks()
    return examples.with_columns(question=asks, trouble=strings(troubles))


def _wrong(example: dict, question: str) -> str:
    if not question.strip():
        return "no question"
    answer = example["answer"]
    if answer and f" {answer.casefold()} " in f" {question.casefold()} ":
        return "the question holds its answer"
    if any(phrase not in question for phrase in example.get("constraints") or ()):
        return "the question lacks a phrase"
    return ""
