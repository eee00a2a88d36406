"""How well texts translate each other, by a translator.

Source: Vamvas and Sennrich 2022, "NMTScore: A Multilingual Analysis of Translation-based Text Similarity
Measures", section 3, https://aclanthology.org/2022.findings-emnlp.15, direct scores
"""

import logging

import numpy as np

from calque.errors import BadSetting
from calque.models.forcing import Forced, in_lots
from calque.models.translating import check_tokens
from calque.progress import track
from calque.roles import part
from calque.values import Bitext, Checkpoint

log = logging.getLogger(__name__)

_WHERE = "models.translation_scores"
_CHUNK = 8192  # texts whose states are held at a time


@part
def translation_scores(
    bitext: Bitext,
    checkpoint: Checkpoint,
    *,
    both: bool = True,
    normalized: bool = True,
    tokens: int | None = None,
) -> np.ndarray:
    """Score each pair by the probability that the model translates one text into the other: [n].

    A probability is the geometric mean over the pieces of what is written, the end included, in [0, 1];
    divided by how likely that text is as a translation of itself where `normalized`, which may give more
    than 1. A pair with a side that has no pieces, or too many for the model, has 0.

    both:       the mean of both directions; else from the source into the target alone
    normalized: whether texts are weighed by themselves, so that rare words cost nothing. For models that can
                write a language from the same one: train on pairs of equal texts, too
    tokens:     most pieces of a batch, padding included; None for what suits the device
    """
    check_tokens(tokens, _WHERE)
    if not isinstance(both, bool) or not isinstance(normalized, bool):
        raise BadSetting(f"{_WHERE}: both and normalized are true or false")
    forced = Forced.of(checkpoint, _WHERE, tokens)
    sides = {"source": list(bitext.sources), "target": list(bitext.targets)}
    languages = {"source": bitext.source, "target": bitext.target}
    ways = [("source", "target"), ("target", "source")][: 1 + both]
    total, fits = np.zeros(len(bitext)), np.ones(len(bitext), dtype=bool)
    for one, other in ways:
        reads, writes = (languages[one], languages[other])
        logs = _means(forced, sides[one], sides[other], reads, writes)
        if normalized:
            alone = {text: k for k, text in enumerate(dict.fromkeys(sides[other]))}
            own = _means(forced, list(alone), list(alone), writes, writes)
            logs = logs - own[[alone[text] for text in sides[other]]]
        fits &= np.isfinite(logs)
        total += np.exp(np.where(fits, logs, 0)) / len(ways)
    empty = sum(not (one.strip() and other.strip()) for one, other in bitext)
    if int((~fits).sum()) > empty:
        shown = "%s: %d pairs have a side without pieces, or of more than %d, and score 0"
        log.warning(shown, _WHERE, (~fits).sum(), forced.translator.room)
    return np.where(fits, total, 0)


def _means(
    forced: Forced, sources: list[str], targets: list[str], reads: str, writes: str
) -> np.ndarray:
    """[n] mean log probability of each target given its source; NaN where a side does not fit."""
    own = forced.translator
    way = own.way(reads, writes, _WHERE)
    place, place_there = own.place(reads), own.place(writes)
    order = np.array(sorted(range(len(sources)), key=sources.__getitem__), dtype=np.int64)
    found = np.full(len(sources), np.nan)
    for lot in track(list(in_lots(len(order), _CHUNK)), "scoring pairs"):
        rows = order[lot.start : lot.stop].tolist()
        distinct = {text: k for k, text in enumerate(dict.fromkeys(sources[row] for row in rows))}
        read = [place[one] for one in own.cut(list(distinct))]
        written = [place_there[one] for one in own.cut([targets[row] for row in rows])]
        taken = [
            (row, distinct[sources[row]], target)
            for row, target in zip(rows, written, strict=True)
            if 0 < len(target) <= own.room and 0 < len(read[distinct[sources[row]]]) <= own.room
        ]
        states = forced.read([way.reads(one[: own.room], own.end) for one in read])
        logs = forced.logs(
            [states[k] for _, k, _ in taken], [target for _, _, target in taken], first=way.first
        )
        for (row, _, _), one in zip(taken, logs, strict=True):
            found[row] = one[:, 0].mean()
    return found
