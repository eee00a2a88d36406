"""Figures of word links by the tag of a word, for example its part of speech."""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.evaluation.linked_words import by_group, check_side, checked
from calque.roles import part
from calque.values import Labelled, Links, Table


@part
def links_by_tag(
    predictions: Sequence[Links],
    references: Sequence[Links],
    tagged: Labelled,
    *,
    side: str = "source",
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate AER, precision, recall and F1 by the tag of links' words; the most frequent tag first.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    tagged: the sentences of one side, in the order of the pairs, with a tag per word
    side:   "source" or "target": which side they are
    boot:   number of bootstrap draws over the pairs that have such links, for the interval of AER
    """
    check_side(side, "evaluation.links_by_tag")
    if not {"words", "tags"} <= set(tagged.table.column_names):
        raise BadValue(
            f"evaluation.links_by_tag: examples of the task '{tagged.task}' have no tag per word; "
            "tags, slots and parse have"
        )
    rows = list(tagged)
    checked([row["words"] for row in rows], references, side, "evaluation.links_by_tag")
    labels = (
        [tag or "none" for tag in row["tags"] or ["none"] * len(row["words"])] for row in rows
    )
    return by_group(predictions, references, labels, side, "tag", boot=boot, seed=seed)
