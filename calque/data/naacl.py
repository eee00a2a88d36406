"""Word links in the format of the NAACL 2003 shared task: a line `sentence source target [S|P]` each.

Source: Mihalcea & Pedersen 2003, "An Evaluation Exercise for Word Alignment",
https://aclanthology.org/W03-0301
"""

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

_ROW = re.compile(r"(\d+)\s+(-?\d+)\s+(-?\d+)(?:\s+([SP]))?(?:\s+[\d.]+)?\s*", re.ASCII)


@part
def naacl(path: Path, bitext: Bitext, *, base: int = 1, drop_bad: bool = False) -> list[Links]:
    """Read the links of each pair of the bitext; those marked P are possible, the others sure.

    path:     also .gz, .bz2, .xz
    bitext:   the sentences in order, tokenized: links outside their words are bad
    base:     what the word indices count from, 0 or 1
    drop_bad: leave links outside the sentences (such as the null word -99) out instead of refusing
    Sentence numbers may start anywhere and have gaps: in ascending order they are the pairs of the
    bitext, one by one. Where there are fewer numbers than pairs, some pairs have no links, and the
    numbers must be places from 1, or from 0 if that occurs.
    """
    if base not in (0, 1):
        raise BadSetting(f"data.naacl: base must be 0 or 1, got {base}")
    problems = Problems(path, drop_bad, "bad links")
    rows = []
    for number, text in Lines(path, problems):
        found = _ROW.fullmatch(text)
        if found:
            rows.append((int(found[1]), int(found[2]), int(found[3]), found[4] != "P", number))
        elif text.strip():
            problems.add(number, f"expected 'sentence source target [S|P]', found '{text[:40]}'")
    counts = sizes(bitext)
    places = _places(sorted({row[0] for row in rows}), len(counts), path)
    gold = GoldLinks(counts, problems, base)
    for sentence, source, target, sure, number in rows:
        gold.add(places[sentence], source, target, sure, number)
    return gold.links()


def _places(numbers: Sequence[int], pairs: int, path: Path) -> dict[int, int]:
    """The pair that each sentence number means."""
    if len(numbers) == pairs:
        return {number: place for place, number in enumerate(numbers)}
    first = 0 if numbers and numbers[0] == 0 else 1
    if not numbers or numbers[-1] - first < pairs:
        log.info("%s: %d of %d pairs have no links", path, pairs - len(numbers), pairs)
        return {number: number - first for number in numbers}
    raise BadFile(
        f"{path} has links of {len(numbers)} sentences, numbered {numbers[0]} to {numbers[-1]}, "
        f"the bitext has {pairs} pairs"
    )


def write_naacl(links: Sequence[Links], path: Path) -> None:
    """Write a line per link, all counted from 1; reads back equal but for the scores."""
    with written(path) as file:
        for place, one in enumerate(links, start=1):
            for (i, j), sure in zip(one.pairs.tolist(), one.sure.tolist(), strict=True):
                file.write(f"{place} {i + 1} {j + 1} {'S' if sure else 'P'}\n")
