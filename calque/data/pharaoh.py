"""Word links in the Pharaoh format, a line per sentence pair: `0-0 1-2 2p1`, also `0-0S 1-2P`."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from calque.data.gold import GoldLinks, sizes
from calque.data.lines import Lines, Problems, written
from calque.errors import BadFile, BadSetting
from calque.roles import part
from calque.values import Bitext, Links

log = logging.getLogger(__name__)

_LINK = re.compile(r"(-?\d+)([-p])(-?\d+)([SPsp]?)", re.ASCII)


@part
def pharaoh(
    path: Path, bitext: Bitext, *, base: int = 0, column: int | None = None, drop_bad: bool = False
) -> list[Links]:
    """Read the links of each pair of the bitext; `ipj` and `i-jP` are possible, the others sure.

    path:     also .gz, .bz2, .xz
    bitext:   the sentences in the same order, tokenized: links outside their words are bad
    base:     what the indices count from, 0 or 1
    column:   the links stand in this tab-separated column, from 1
    drop_bad: leave links outside the sentences, and what is no link, out instead of refusing
    """
    if base not in (0, 1):
        raise BadSetting(f"data.pharaoh: base must be 0 or 1, got {base}")
    problems = Problems(path, drop_bad, "bad links")
    counts = sizes(bitext)
    gold = GoldLinks(counts, problems, base)
    lines = Lines(path, problems)
    for number, text in lines:
        if number > len(counts):
            continue
        cells = text.split("\t")
        if column is not None and not 1 <= column <= len(cells):
            problems.add(number, f"no column {column} for the links, found {len(cells)} columns")
            continue
        for item in (cells[column - 1] if column else text).split():
            if found := _LINK.fullmatch(item):
                sure = found[2] == "-" and found[4] not in ("P", "p")
                gold.add(number - 1, int(found[1]), int(found[3]), sure, number)
            else:
                problems.add(number, f"expected a link such as 3-4, 3p4 or 3-4S, found '{item}'")
    if lines.count != len(counts):
        problems.settle()
        raise BadFile(
            f"{path} has {lines.count} lines of links, the bitext has {len(counts)} pairs"
        )
    return gold.links()


def write_pharaoh(links: Sequence[Links], path: Path, *, base: int = 0) -> None:
    """Write one line per pair, possible links as `ipj`; reads back equal but for the scores."""
    with written(path) as file:
        for one in links:
            items = [
                f"{i + base}{'-' if sure else 'p'}{j + base}"
                for (i, j), sure in zip(one.pairs.tolist(), one.sure.tolist(), strict=True)
            ]
            file.write(" ".join(items) + "\n")
