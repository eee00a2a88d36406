"""A page that draws sentence pairs with their word links."""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.evaluation.against_gold import AgainstGold, against_gold, figures
from calque.evaluation.linked_words import checked, of_texts
from calque.languages.scripts import direction
from calque.report.alignment import DrawnPair
from calque.report.alignment import alignment_page as drawn
from calque.report.link_charts import Link
from calque.roles import part
from calque.values import Bitext, Links, Page


@part
def alignment_page(
    bitext: Bitext,
    links: Sequence[Links],
    gold: Sequence[Links] | None = None,
    grids: Sequence[np.ndarray] | None = None,
    *,
    title: str = "Word links",
    most: int = 50,
    worst_first: bool = False,
) -> Page:
    """Draw sentence pairs with their predicted links, beside gold ones where there are any.

    Each pair has both sentences with curves between linked words, a grid, and its own error rate.
    What agrees, is missed and is extra differs in color, line and mark. Right-to-left sides run from
    right to left. In a recipe the run leaves it as <step>.html; `calque apply` writes it by --out.

    bitext: the sentences, cut into words as the links count them
    links:  predicted, one per pair; gold: of the same pairs
    grids:  [m, n] scores of all word pairs, for example similarities; they shade the grid
    most:   how many pairs are drawn; figures are of all
    worst_first: pairs with the highest error rate first, instead of the order of the bitext
    """
    if most < 1:
        raise BadSetting(f"evaluation.alignment_page: most must be at least 1, got {most}")
    if worst_first and gold is None:
        raise BadSetting("evaluation.alignment_page: worst_first needs gold links")
    compared = against_gold(links, links if gold is None else gold)
    sums = compared.counts()[:, 0]
    rates = [None if gold is None else figures(one)["aer"] for one in sums]
    order = list(range(compared.n))
    if worst_first:  # equal ones stay in their order
        order.sort(key=lambda k: -1.0 if (rate := rates[k]) is None else rate, reverse=True)
    shown = order[:most]
    part_name = "evaluation.alignment_page"
    sides = [of_texts(texts) for texts in (bitext.sources, bitext.targets)]
    for words, side in zip(sides, ("source", "target"), strict=True):
        checked(words, links, side, part_name)
        checked(words, links if gold is None else gold, side, part_name)
    starts = np.searchsorted(compared.pair, np.arange(compared.n + 1))
    pairs = [
        DrawnPair(
            k + 1,
            sides[0][k],
            sides[1][k],
            _to_draw(compared, slice(starts[k], starts[k + 1]), links[k], gold is not None),
            rates[k],
            None if grids is None else _heat(grids, k, (len(sides[0][k]), len(sides[1][k]))),
            (_backward(sides[0][k]), _backward(sides[1][k])),
        )
        for k in shown
    ]
    return Page(title, _html(pairs, bitext, title, sums, gold is not None), len(pairs))


def _backward(words: Sequence[str]) -> bool:
    """Whether this text runs from right to left: in one file some may and others not."""
    return direction(" ".join(words)) == "rtl"


def _html(pairs, bitext, title, sums, scored) -> str:
    from calque import __version__

    known = "und" not in (bitext.source, bitext.target)
    return drawn(
        pairs,
        title=title,
        count=len(sums),
        version=__version__,
        languages=f"{bitext.source} to {bitext.target}" if known else "",
        totals=figures(sums.sum(axis=0)) if scored else None,
    )


def _to_draw(compared: AgainstGold, rows: slice, made: Links, scored: bool) -> list[Link]:
    """Links of one pair with their kinds."""
    scores = dict(zip(map(tuple, made.pairs.tolist()), made.score.tolist(), strict=True))
    found = []
    for k in range(rows.start, rows.stop):
        i, j = int(compared.source[k]), int(compared.target[k])
        sure, possible = bool(compared.sure[k]), bool(compared.possible[k])
        if compared.made[k]:
            kind = "made" if not scored else "agree" if possible else "extra"
        else:
            kind = "missed" if sure else "open"
        score = scores.get((i, j), 1.0)
        tip = f"{i}-{j} {kind}" + (f", score {score:.3g}" if score != 1 else "")
        found.append(Link(i, j, kind, sure or kind in ("made", "extra"), tip))
    return found


def _heat(grids: Sequence[np.ndarray], place: int, size: tuple[int, int]) -> np.ndarray:
    if len(grids) <= place or np.shape(grids[place]) != size:
        what = "there is none" if len(grids) <= place else f"it is {np.shape(grids[place])}"
        raise BadValue(
            f"evaluation.alignment_page: the grid of pair {place + 1} must be {size}, {what}"
        )
    grid = np.asarray(grids[place], dtype=float)
    if not np.isfinite(grid).all():
        raise BadValue(f"evaluation.alignment_page: the grid of pair {place + 1} is not finite")
    return grid
