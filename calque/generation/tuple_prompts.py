"""Questions to a model that is to find the tuples of a sentence again in its translation.

Source: Wang et al. 2023, "MT4CrossOIE", section 3.5 (two-stage prompting), https://arxiv.org/abs/2308.06552
"""

from calque.generation.tuple_questions import asked
from calque.roles import part
from calque.values import Labelled, Texts, View


@part(paper="mt4crossoie")
def tuple_prompts(examples: Labelled, translated: View) -> Texts:
    """Ask for each tuple of each sentence: the sentence, the tuple, and the translation to find it in.

    One line each: "sentence: Asha lives in Rome | tuple: Asha | lives in | Rome | translation: Asha anaishi Roma", the
    subject before the relation. The answer is to be as the tuple stands there, "Asha | anaishi | Roma", in words that stand side by
    side in the translation. A server is told so by its `instruction`; the first stage is any translator.

    examples:   of task tuples
    translated: their sentences (`data.written`) and what a translator made of each; one that it could not
                translate is not asked for
    """
    rows = [
        prompt
        for _, prompts in asked("generation.tuple_prompts", examples, translated)
        for prompt in prompts
    ]
    return Texts.of(rows, examples.language)
