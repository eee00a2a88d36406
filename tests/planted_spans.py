"""Sentences with spans and links, written by hand."""

import numpy as np

from calque.values import Labelled, Links, Texts, View


def example(words, tags, target, links, scores=None):
    """A sentence and its view; words, tags and links as text."""
    words, target = words.split(), target.split()
    pairs = np.array([pair.split("-") for pair in links.split()], dtype=int).reshape(-1, 2)
    linked = Links(pairs, (len(words), len(target)), scores)
    sides = (Texts.of([" ".join(side)], tokenized=True) for side in (words, target))
    return (
        Labelled.of([{"words": words, "tags": tags.split()}], "tags"),
        View(*sides, links=(linked,)),
    )
