"""How surely a translator would write each word of a translation."""

import logging

import numpy as np

from calque.languages.words import word_places
from calque.models.forcing import Forced, in_lots
from calque.models.translating import check_tokens
from calque.progress import track
from calque.roles import part
from calque.values import Bitext, Checkpoint

log = logging.getLogger(__name__)

_WHERE = "models.word_scores"
_CHUNK = 2048  # pairs whose states are held at a time


@part
def word_scores(
    bitext: Bitext, checkpoint: Checkpoint, *, tokens: int | None = None
) -> list[np.ndarray]:
    """Score the words of every target text: [n] log probabilities (nats) of each, given its source and the words before.

    A word's is the sum over its pieces. Words are those of `calque.languages.words.words_of`; one without pieces of its
    own has 0. A pair with a side that has no pieces, or too many for the model, has NaN throughout, and is counted.

    bitext: from a language into one that the model has a mark for
    tokens: most pieces of a batch, padding included; None for what suits the device
    """
    check_tokens(tokens, _WHERE)
    forced = Forced.of(checkpoint, _WHERE, tokens)
    own = forced.translator
    way = own.way(bitext.source, bitext.target, _WHERE)
    reads, writes = own.place(bitext.source), own.place(bitext.target)
    found: list[np.ndarray] = []
    unfit = 0
    for lot in track(list(in_lots(len(bitext), _CHUNK)), "scoring words"):
        pairs = list(bitext.take(lot))
        sources = [reads[ids] for ids in own.cut([one for one, _ in pairs])]
        cut = own.encodings([other for _, other in pairs])
        targets = [writes[np.array(one.ids, dtype=np.int64)] for one in cut]
        fits = [
            k
            for k, both in enumerate(zip(sources, targets, strict=True))
            if all(0 < len(side) <= own.room for side in both)
        ]
        states = forced.read([way.reads(sources[k], own.end) for k in fits])
        logs = forced.logs(states, [targets[k] for k in fits], first=way.first)
        at = dict(zip(fits, logs, strict=True))
        unfit += len(pairs) - len(fits)
        for k, (_, text) in enumerate(pairs):
            places = word_places(text, bitext.tokenized)
            if k not in at:
                found.append(np.full(len(places), np.nan))
                continue
            # a piece may begin with the space before its word, and is told by its last character
            last = np.array([end - 1 for _, end in cut[k].offsets])
            word = np.searchsorted(np.array([start for start, _ in places]), last, side="right") - 1
            sums = np.zeros(len(places))
            np.add.at(sums, word[word >= 0], at[k][:-1, 0][word >= 0])
            found.append(sums)
    if unfit:
        shown = "%s: %d pairs have a side without pieces, or of more than %d, and no scores"
        log.warning(shown, _WHERE, unfit, own.room)
    return found
