"""Every text of labelled examples on its own."""

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled, Texts


@part
def each_text(examples: Labelled) -> Texts:
    """Take the texts of examples to be translated one by one: of pairs both, side by side.

    What they become, as a view, is what projectors carry labels of whole texts through.

    examples: of task class or pair
    """
    names = {"class": ("text",), "pair": ("text", "text_b")}.get(examples.task)
    if names is None:
        raise BadValue(
            f"data.each_text: labels of task '{examples.task}' are not of whole texts; data.written takes its text"
        )
    found = [row[name] or "" for row in examples for name in names]
    return Texts.of(found, examples.language)
