"""Two forms of each text, such as text and its romanization, as pieces: kept where they differ."""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.models.batches import Windows, aligned, collate
from calque.models.corpus import encode_corpus
from calque.values import Bitext

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Forms:
    """Texts of which both forms have pieces, and not the same ones.

    source, target: a window per form; a text whose form has no piece has none there
    rows: [p, 2] the windows of both forms of each text
    """

    source: Windows
    target: Windows
    rows: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """[p] pieces of both forms of each text."""
        return self.source.lengths[self.rows[:, 0]] + self.target.lengths[self.rows[:, 1]]

    def batch(self, side: int, places: np.ndarray) -> tuple[dict[str, Any], Any]:
        """One form of some texts as `collate` gives it, and the word [b, l] of each piece; -1 for others."""
        windows, rows = (self.source, self.target)[side], self.rows[places, side]
        return collate(windows, rows), aligned(windows, rows, windows.words, fill=-1)

    def pieces(self, side: str, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Ids and words of the ordinary pieces of one window."""
        windows: Windows = getattr(self, side)
        words = windows.words[row]
        return windows.ids[row][words >= 0], words[words >= 0]


def forms(tokenizer: Any, bitext: Bitext, *, maximum: int, where: str) -> Forms:
    """Cut both forms into pieces; BadValue where no text has two that differ.

    A text whose forms are the same pieces (it is in the Latin alphabet already, say) teaches nothing
    and would make the contrast trivially true: it is left out, counted in a warning.

    maximum: most pieces of a form; a longer one loses its end, counted in a warning
    where:   the part that asks, named in errors and in the log
    """
    source, target = (
        encode_corpus(tokenizer, side, maximum=maximum, windows=False)
        for side in (bitext.sources, bitext.targets)
    )
    full, *both = np.intersect1d(source.owner, target.owner, return_indices=True)
    rows = np.stack(both, axis=1)
    same = np.array([np.array_equal(source.ids[x], target.ids[y]) for x, y in rows], dtype=bool)
    if len(full) < len(bitext):
        log.warning("%s: %d texts have an empty form", where, len(bitext) - len(full))
    if same.any():
        shown = "%s: both forms of %d of %d texts are the same pieces and teach nothing, for example number %d"
        log.warning(shown, where, same.sum(), len(bitext), full[same][0])
    if same.all():
        raise BadValue(
            f"{where}: none of {len(bitext)} texts has two forms that differ in their pieces; the "
            "source side should be text, the target side its transliteration"
        )
    return Forms(source, target, rows[~same])
