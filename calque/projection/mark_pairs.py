"""Translated sentences with markers around words that translate each other, for translators to learn.

Source: Chen et al. 2023, "Frustratingly Easy Label Projection for Cross-lingual Transfer" (EasyProject),
https://aclanthology.org/2023.findings-acl.357, section 3.2: translators tuned to keep markers; consistent pairs of
phrases as in Koehn, Och and Marcu 2003, "Statistical Phrase-Based Translation", section 3
"""

import logging
from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.words import word_places
from calque.roles import part
from calque.values import Bitext, Links

log = logging.getLogger(__name__)


@part
def mark_pairs(
    bitext: Bitext,
    links: Sequence[Links],
    *,
    markers: Sequence[str] = ("[", "]"),
    longest: int = 4,
    copies: int = 1,
    seed: int = 0,
) -> Bitext:
    """Put markers around words drawn at random and around all that they are linked to, pair by pair.

    Words are taken whose links, and those of all words between the linked ones, stay among them; the first and
    last are linked. Pairs without any such words are left out. A translator that learns these pairs
    beside those without markers keeps markers and can place them: `models.insert`.

    bitext:  sentence pairs
    links:   one per pair, few and sure ones, over the words of `calque.languages.words`
    markers: what opens and what closes, words of their own towards the span
    longest: most words between markers on the source side
    copies:  of each pair, with other words drawn for each
    """
    if longest < 1 or copies < 1 or len(markers) != 2 or isinstance(markers, str):
        raise BadSetting(
            "projection.mark_pairs: longest and copies must be at least 1, markers two texts, "
            f"got {longest}, {copies} and {markers!r}"
        )
    if len(links) < len(bitext):
        raise BadValue(f"projection.mark_pairs: {len(bitext)} pairs, but links of {len(links)}")
    made, tokenized = [], bitext.tokenized
    for row, (pair, own) in enumerate(zip(bitext, links, strict=False)):
        places = [word_places(text, tokenized) for text in pair]
        if own.size != (len(places[0]), len(places[1])):
            raise BadValue(
                f"projection.mark_pairs: the links of pair {row} are over {own.size} words, its texts "
                f"have {(len(places[0]), len(places[1]))}"
            )
        found = consistent(own, longest)
        generator = np.random.default_rng([seed, row])
        for k in generator.permutation(len(found))[:copies].tolist():
            a, b, c, d = found[k]
            sides = zip(pair, places, ((a, b), (c, d)), strict=True)
            made.append(tuple(_around(text, cut, *span, markers) for text, cut, span in sides))
    log.info("projection.mark_pairs: %d marked pairs of %d", len(made), len(bitext))
    return Bitext.of(made, bitext.source, bitext.target, tokenized=tokenized)


def consistent(links: Links, longest: int) -> list[tuple[int, int, int, int]]:
    """First word and the one after the last on either side, of all words that are linked to each other alone."""
    grid = links.grid()
    if not grid.any():
        return []
    first, last = grid.argmax(axis=1), grid.shape[1] - 1 - grid[:, ::-1].argmax(axis=1)
    linked = grid.max(axis=1)
    back, forth = grid.argmax(axis=0), grid.shape[0] - 1 - grid[::-1].argmax(axis=0)
    reached = grid.max(axis=0)
    found = []
    for a in np.flatnonzero(linked).tolist():
        low, high = grid.shape[1], -1
        for b in range(a, min(a + longest, len(grid))):
            if not linked[b]:
                continue
            low, high = min(low, int(first[b])), max(high, int(last[b]))
            inside = np.flatnonzero(reached[low : high + 1]) + low
            if back[inside].min() >= a and forth[inside].max() <= b:
                found.append((a, b + 1, low, high + 1))
    return found


def _around(
    text: str, cut: list[tuple[int, int]], start: int, end: int, markers: Sequence[str]
) -> str:
    first, last = cut[start][0], cut[end - 1][1]
    return f"{text[:first]}{markers[0]} {text[first:last]} {markers[1]}{text[last:]}"
