"""Translations of texts of a synthetic family, right by construction or wrong by a known amount."""

import logging
from collections import defaultdict

import numpy as np
import pyarrow as pa

from calque.roles import translator
from calque.synthetic.naming import named
from calque.values import Links, Texts, View

log = logging.getLogger(__name__)

_UNKNOWN = "not of the draw"


@translator
def translate(
    texts: Texts,
    *,
    family: str = "",
    source: str = "qaa",
    target: str = "qab",
    n: int = 1000,
    seed: int = 0,
    of: str = "statements",
) -> View:
    """Say texts of a family in another of its languages; tokenized texts get their gold word links.

    What goes wrong is set in the family's line, each as a share: "dropped=0.1" leaves words out, "free=0.1"
    puts others that translate nothing, "typos=0.1" misspells (the texts too: make them with the same
    line), "misaligned=0.1" gives another text's translation. Links say what is still there.

    texts:  any of those that `synthetic.texts` or `synthetic.labelled` give for these settings, words apart
            by spaces, in any order; of equal ones the first stands for the first. Others have no
            translation, and column `trouble` says so
    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    source, target: codes of its languages: qaa, qab, ...
    n:      texts of the draw among which these are; at least as many as were drawn
    seed:   of the draw
    of:     "statements", "requests", "premises", "hypotheses", "contexts" or "questions"
    """
    made = named(family)
    pairs = made.bitext(source, target, n, seed, of=of)
    links = made.links(source, target, n, seed, of=of)
    places = defaultdict(list)
    for place, text in enumerate(pairs.sources):
        places[text].append(place)
    taken: dict[str, int] = defaultdict(int)
    rows = []
    for text in texts:
        choices = places.get(text, [])
        rows.append(choices[taken[text] % len(choices)] if choices else -1)
        taken[text] += 1
    said = list(pairs.targets)
    trouble = [_UNKNOWN if row < 0 and text else "" for row, text in zip(rows, texts, strict=True)]
    if any(trouble):
        shown = "synthetic.translate: %d of %d texts are %s"
        log.warning(shown, sum(map(bool, trouble)), len(texts), _UNKNOWN)
    columns = {"text": [said[row] if row >= 0 else "" for row in rows], "trouble": trouble}
    table = pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
    new = Texts(table, target, texts.tokenized)
    if not texts.tokenized:
        return View.whole(texts, new)
    own = [links[row] if row >= 0 else _none(text) for row, text in zip(rows, texts, strict=True)]
    return View(texts, new, links=tuple(own))


def _none(text: str) -> Links:
    return Links(np.zeros((0, 2)), (len([word for word in text.split(" ") if word]), 0))
