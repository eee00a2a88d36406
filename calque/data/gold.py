"""Gathers the links of sentence pairs while files of gold links are read."""

import logging
from dataclasses import dataclass, field

import numpy as np

from calque.data.lines import Problems
from calque.errors import BadValue
from calque.values import Bitext, Links

log = logging.getLogger(__name__)


@dataclass
class GoldLinks:
    """Links of every pair of a tokenized bitext, checked against the number of its words.

    base: what the file's indices count from, 0 or 1
    remedy: what would do about links outside the sentences
    """

    sizes: list[tuple[int, int]]
    problems: Problems
    base: int
    remedy: str = "drop_bad=true leaves such links out"
    doubled: int = 0
    pairs: list[dict[tuple[int, int], bool]] = field(default_factory=list)

    def __post_init__(self):
        self.pairs = [{} for _ in self.sizes]

    def add(self, pair: int, source: int, target: int, sure: bool, line: int) -> None:
        """Note a link, its words as the file counts them; sure wins where it occurs twice."""
        m, n = self.sizes[pair]
        i, j = source - self.base, target - self.base
        if not (0 <= i < m and 0 <= j < n):
            hint = ""
            if self.base == 0 and i <= m and j <= n:
                hint = "are they counted from 1 (base=1)? "
            elif self.base == 1 and i >= -1 and j >= -1 and -1 in (i, j):
                hint = "are they counted from 0 (base=0)? "
            self.problems.add(
                line,
                f"link {source} {target}, counted from {self.base}, lies outside {m} by {n} words; "
                f"{hint}{self.remedy}",
            )
            return
        links = self.pairs[pair]
        self.doubled += (i, j) in links
        links[i, j] = sure or links.get((i, j), False)

    def links(self) -> list[Links]:
        """One `Links` per pair, once all are added; raises BadLines for those outside."""
        self.problems.settle()
        if self.doubled:
            log.warning("%s: %d links occur twice, one is kept", self.problems.path, self.doubled)
        made = []
        for size, links in zip(self.sizes, self.pairs, strict=True):
            pairs = np.array(list(links), dtype=np.int32).reshape(-1, 2)
            made.append(Links(pairs, size, sure=np.array(list(links.values()), dtype=bool)))
        log.info("%s: %d links of %d pairs", self.problems.path, sum(map(len, made)), len(made))
        return made


def sizes(bitext: Bitext) -> list[tuple[int, int]]:
    """Number of words on either side of each pair; BadValue where the texts are not tokenized."""
    if not bitext.tokenized:
        raise BadValue(
            "gold links count words: read their sentences with tokenized=true "
            "(words separated by spaces)"
        )
    return [(_count(source), _count(target)) for source, target in bitext]


def _count(text: str) -> int:
    return sum(1 for word in text.split(" ") if word)
