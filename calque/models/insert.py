"""Markers in translations that were made without any, by constrained decoding.

Source: Le, Chen, Ritter and Xu 2024, "Constrained Decoding for Cross-lingual Label Projection" (CODEC), section 3,
https://arxiv.org/abs/2402.03131
"""

import logging
from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting
from calque.models.forcing import Forced
from calque.models.inserting import Search, inserted
from calque.models.translating import check_tokens
from calque.roles import part
from calque.values import Bitext, Checkpoint

log = logging.getLogger(__name__)

_WHERE = "models.insert"


@part(paper="codec")
def insert(
    bitext: Bitext,
    spans: np.ndarray,
    checkpoint: Checkpoint,
    *,
    markers: Sequence[str] = ("[", "]"),
    best: int = 5,
    change: float | None = 0.5,
    ahead: int | None = None,
    tokens: int | None = None,
) -> list[np.ndarray]:
    """Find where markers around a span would stand in the translation, were it written with them.

    The source is read with markers around one span; of all ways to put both into the translation, between
    words and around at least one, those are found that the model gives most probability. What stands before a
    closing marker is read once for all places to open, and no place is tried that cannot be among the best.

    Gives per span [k, 3]: first word of the target, the one after its last, log probability (nats) of the
    whole translation with its markers; likeliest first. Nothing for texts that are empty or too long, counted.

    bitext:  texts and their translations, without markers
    spans:   [n, 3] pair, first word of its source, the one after its last
    checkpoint: translates from the source into the target, and has learned to keep markers
             (`projection.mark_pairs`); each marker is one piece of its vocabulary
    markers: what opens and what closes; read with a space towards the span, as they were learned
    best:    most places of each span
    change:  how much markers in the source must change the log probability of a piece for one to open near
             it (within 5 pieces, where it changes by 0.1), as published; None tries all words, and is exact
    ahead:   None is exact; else places are dropped, too, that are no likelier than the best known were
             so many pieces later, as published (1 to 3): fewer pieces are read, the best may be missed
    tokens:  most pieces of a batch; None for what suits the device
    """
    check_tokens(tokens, _WHERE)
    if best < 1 or (ahead is not None and ahead < 0) or (change is not None and change < 0):
        raise BadSetting(
            f"{_WHERE}: best must be at least 1, change and ahead not negative, "
            f"got {best}, {change} and {ahead}"
        )
    forced = Forced.of(checkpoint, _WHERE, tokens)
    spans = np.asarray(spans, dtype=np.int64).reshape(-1, 3)
    search = Search(best, change, ahead)
    found = inserted(forced, bitext, spans, markers, search, _WHERE)
    if found.unfit:
        shown = "%s: %d spans of texts without pieces, or of more than %d, have no place"
        log.warning(shown, _WHERE, found.unfit, forced.translator.longest - 3)
    log.info("%s: %d pieces read, %d for all places", _WHERE, found.pieces, found.every)
    return found.places
