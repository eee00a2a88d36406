"""Figures of word links by the script of a word."""

from collections.abc import Sequence

from calque.evaluation.linked_words import by_group, checked, of_texts, side_of
from calque.languages.scripts import dominant_script
from calque.roles import part
from calque.values import Bitext, Links, Table


@part
def links_by_script(
    predictions: Sequence[Links],
    references: Sequence[Links],
    bitext: Bitext,
    *,
    side: str = "source",
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate AER, precision, recall and F1 by the script that links' words are written in.

    Digits and punctuation have no script and stand together as "none".

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    bitext: their sentences, cut into words as the gold counts them
    side:   "source" or "target": whose words tell
    boot:   number of bootstrap draws over the pairs that have such links, for the interval of AER
    """
    words = of_texts(side_of(bitext, side, "evaluation.links_by_script"))
    checked(words, references, side, "evaluation.links_by_script")
    scripts: dict[str, str] = {}
    for word in {word for row in words for word in row}:
        scripts[word] = dominant_script(word) or "none"
    labels = ([scripts[word] for word in row] for row in words)
    return by_group(predictions, references, labels, side, "script", boot=boot, seed=seed)
