"""Word links in the Pharaoh format, a line per sentence pair: `0-0 1-2 2p1`, also `0-0S 1-2P`."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from calque.data.gold import GoldLinks, sizes
from calque.data.lines import Lines, Problems, opened, written
from calque.errors import BadFile, BadSetting
from calque.roles import part
from calque.values import Bitext, Links

log = logging.getLogger(__name__)

_LINK = re.compile(r"(-?\d+)([-p])(-?\d+)([SPsp]?)", re.ASCII)
_FARTHEST = 20_000  # no sentence has as many words, and a grid of links grows with their square

Found = tuple[int, int, bool]


@part
def pharaoh(
    path: Path, bitext: Bitext, *, base: int = 0, column: int | None = None, drop_bad: bool = False
) -> list[Links]:
    """Read the links of each pair of the bitext; `ipj` and `i-jP` are possible, the others sure.

    path:     also .gz, .bz2, .xz
    bitext:   the sentences in the same order, tokenized: links outside their words are bad
    base:     what the indices count from, 0 or 1
    column:   the links stand in this tab-separated column, from 1; where there is one line more than pairs,
              the first may hold the columns' names
    drop_bad: leave links outside the sentences, and what is no link, out instead of refusing
    """
    if base not in (0, 1):
        raise BadSetting(f"data.pharaoh: base must be 0 or 1, got {base}")
    problems = Problems(path, drop_bad, "bad links")
    counts = sizes(bitext)
    gold = GoldLinks(counts, problems, base)
    lines, heading = Lines(path, problems), 0
    for number, text in lines:
        cells = text.split("\t")
        if column is not None and number == 1 and _names(cells, column):
            heading = int(_count(path) == len(counts) + 1)
        if not heading < number <= heading + len(counts):
            continue
        if column is not None and not 1 <= column <= len(cells):
            problems.add(number, f"no column {column} for the links, found {len(cells)} columns")
            continue
        for source, target, sure in _links(cells[column - 1] if column else text, number, problems):
            gold.add(number - 1 - heading, source, target, sure, number)
    if lines.count - heading != len(counts):
        problems.settle()
        raise BadFile(
            f"{path} has {lines.count - heading} lines of links, the bitext has {len(counts)} pairs"
        )
    return gold.links()


def _names(cells: list[str], column: int) -> bool:
    """Whether a line may hold the columns' names: something that is no link stands for the links."""
    cell = cells[column - 1] if 1 <= column <= len(cells) else ""
    return bool(cell.strip()) and not any(map(_LINK.fullmatch, cell.split()))


def _count(path: Path) -> int:
    with opened(path) as file:
        return sum(1 for _ in file)


def side_by_side(
    paths: Sequence[Path], sizes: Sequence[tuple[int, int]] | None = None, *, base: int = 0
) -> list[list[Links]]:
    """Read several files of links of the same sentence pairs, one list per file.

    sizes: words on either side of each pair. Where None, a pair's grid is the smallest that holds its
           links in all the files, because the format does not say how long sentences are.
    base:  what the indices count from, 0 or 1
    """
    if base not in (0, 1):
        raise BadSetting(f"links: base must be 0 or 1, got {base}")
    problems = [Problems(path) for path in paths]
    files = [_rows(path, bad, base) for path, bad in zip(paths, problems, strict=True)]
    for bad in problems[1:]:
        problems[0].join(bad)
    problems[0].settle()
    counts = {f"{path} has {len(rows)}": len(rows) for path, rows in zip(paths, files, strict=True)}
    if sizes is not None:
        counts[f"there are {len(sizes)} sentence pairs"] = len(sizes)
    if len(set(counts.values())) > 1:
        raise BadFile(f"lines of links must be of the same sentence pairs: {', '.join(counts)}")
    if sizes is None:
        sizes = [_smallest(rows, base) for rows in zip(*files, strict=True)]
    return [_on_grids(path, rows, sizes, base) for path, rows in zip(paths, files, strict=True)]


def _rows(path: Path, problems: Problems, base: int) -> list[list[Found]]:
    """The links of every line as the file counts words."""
    made = []
    for number, text in Lines(path, problems):
        made.append(list(_links(text, number, problems)))
        for source, target, _ in made[-1]:
            if not base <= min(source, target) <= max(source, target) < _FARTHEST:
                problems.add(
                    number,
                    f"link {source} {target}: expected words from {base} to {_FARTHEST - 1:,}",
                )
    return made


def _links(text: str, number: int, problems: Problems) -> Iterator[Found]:
    """Source word, target word and whether it is sure, as written."""
    for item in text.split():
        if found := _LINK.fullmatch(item):
            yield int(found[1]), int(found[3]), found[2] == "-" and found[4] not in ("P", "p")
        else:
            problems.add(number, f"expected a link such as 3-4, 3p4 or 3-4S, found '{item}'")


def _smallest(rows: Sequence[list[Found]], base: int) -> tuple[int, int]:
    """Size of the grid that just holds these links."""
    places = [link[:2] for row in rows for link in row]
    m, n = (max((place[side] for place in places), default=base - 1) for side in (0, 1))
    return m - base + 1, n - base + 1


def _on_grids(
    path: Path, rows: list[list[Found]], sizes: Sequence[tuple[int, int]], base: int
) -> list[Links]:
    remedy = "are they of these sentences?"
    gold = GoldLinks(list(sizes), Problems(path), base, remedy)
    for pair, row in enumerate(rows):
        for source, target, sure in row:
            gold.add(pair, source, target, sure, pair + 1)
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
