"""The text of labelled examples, without their labels."""

from calque.languages.words import spaced
from calque.roles import part
from calque.values import Labelled, Texts


@part
def written(examples: Labelled) -> Texts:
    """Take the texts of examples, one per example: of pairs both, of words joined by spaces.

    A space within a word becomes a no-break space, so that the words stay as many.

    examples: of tasks class, pair, tags, slots, parse (words) or answer (the context)
    """
    rows = []
    for row in examples:
        if "words" in row:
            rows.append(spaced(row["words"] or ()))
        else:
            rows.append(
                " ".join(row[name] for name in ("text", "text_b", "context") if name in row)
            )
    return Texts.of(rows, examples.language, tokenized="words" in examples.table.column_names)
