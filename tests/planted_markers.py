"""Translations with markers, made of gold ones."""

import numpy as np

from calque.values import Labelled, Texts


def marked(gold, places, *, number=True, eaten=0.0, doubled=0.0, seed=0):
    """Target words with markers around the place of each span, some of them eaten or doubled.

    places: of each text (k, first word, word after the last) of every span, k from 1
    """
    generator = np.random.default_rng(seed)
    rows = []
    for words, own in zip(gold, places, strict=True):
        made = list(words)
        twice = []
        for k, start, end in own:
            opening, closing = f"[{k} " if number else "[", "]"
            if generator.random() < doubled:
                twice.append(f"{opening}zzz{closing}")
            opening, closing = (
                "" if generator.random() < eaten else one for one in (opening, closing)
            )
            made[start] = opening + made[start]
            made[end - 1] += closing
        rows.append(" ".join([*made, *twice]))
    return Texts.of(rows, "und", tokenized=True)


def placed(projected: Labelled):
    """(k, first word, word after the last) of every span that arrived."""
    return [
        [(k, e["new_start"], e["new_end"]) for k, e in enumerate(row["account"], 1)
         if e["outcome"] != "lost"]
        for row in projected
    ]  # fmt: skip
