"""The predicates of tuples as tags: the first of two questions that a tagger answers to find tuples.

Source: Ro et al. 2020, "Multi²OIE: Multilingual Open Information Extraction Based on Multi-Head Attention with BERT",
section 3, https://aclanthology.org/2020.findings-emnlp.99
"""

from calque.data.told import PREDICATE, check_tuples, placed, tags
from calque.roles import part
from calque.values import Labelled


@part(paper="ro-etal-2020-multi2oie")
def predicates(examples: Labelled) -> Labelled:
    """Tag the words of every relation with B-P and I-P: an example of task tags per sentence.

    Relations whose words, or those of an argument, do not stand in the sentence side by side are no predicates; of
    two that share words the first counts. `data.arguments` asks the second question.

    examples: of task tuples; without tuples there are no tags
    """
    check_tuples("data.predicates", examples)
    rows = []
    for row in examples:
        words, own = row["words"], {}
        for (start, end), *_ in placed(words, row["tuples"]):
            if all(end <= first or last <= start for first, last in own):
                own[start, end] = PREDICATE
        known = row["tuples"] is not None
        rows.append({"words": words, "tags": tags(len(words), own) if known else None})
    return Labelled.of(rows, "tags", examples.language)
