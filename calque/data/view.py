"""Sentence pairs and their word links as a view."""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Bitext, Links, View


@part
def view(bitext: Bitext, links: Sequence[Links] | None = None) -> View:
    """Take the target of each pair as what became of its source, word for word as they are linked.

    Labels of the sources can then be carried into the targets.

    links: one per pair, over the words of either side; those of further pairs, which an aligner was
           given to learn from, may follow and are left out. Without any, no more is known than
           that each text as a whole became the other
    """
    if links is None:
        return View.whole(bitext.sources, bitext.targets)
    if len(links) < len(bitext):
        raise BadValue(f"data.view: {len(bitext)} sentence pairs, but links of {len(links)}")
    return View(bitext.sources, bitext.targets, links=tuple(links[: len(bitext)]))
