"""Gathers the links of sentence pairs while files of gold links are read."""

import logging
from dataclasses import dataclass, field

import numpy as np

from calque.data.lines import Problems
from calque.errors import BadFile, BadValue
from calque.values import Bitext, Links

log = logging.getLogger(__name__)

_SHOWN = 20
_ENOUGH = 5  # pairs with links, to judge by what words they count


@dataclass
class GoldLinks:
    """Links of every pair of a tokenized bitext, checked against the number of its words.

    base:    what the file's indices count from, 0 or 1
    doubled: line of each link that the pair had already; mixed: how many were sure and possible
    linked, zeros: pairs with links, pairs with links that have a 0
    past:    links outside by one word
    remedy:  what would do about links outside the sentences
    """

    sizes: list[tuple[int, int]]
    problems: Problems
    base: int
    remedy: str = "drop_bad=true leaves such links out"
    doubled: list[int] = field(default_factory=list)
    mixed: int = 0
    zeros: set[int] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)
    past: int = 0
    pairs: list[dict[tuple[int, int], bool]] = field(default_factory=list)

    def __post_init__(self):
        self.pairs = [{} for _ in self.sizes]

    def add(self, pair: int, source: int, target: int, sure: bool, line: int) -> None:
        """Note a link, its words as the file counts them; sure wins where it occurs twice."""
        m, n = self.sizes[pair]
        i, j = source - self.base, target - self.base
        self.linked.add(pair)
        if 0 in (source, target):
            self.zeros.add(pair)
        if not (0 <= i < m and 0 <= j < n):
            hint = ""
            self.past += source == m or target == n
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
        if (i, j) in links:
            self.doubled.append(line)
            self.mixed += links[i, j] != sure
        links[i, j] = sure or links.get((i, j), False)

    def links(self) -> list[Links]:
        """One `Links` per pair, once all are added; raises BadLines for those outside."""
        self.problems.settle()
        self._check_base()
        self._tell_doubled()
        made = []
        for size, links in zip(self.sizes, self.pairs, strict=True):
            pairs = np.array(list(links), dtype=np.int32).reshape(-1, 2)
            made.append(Links(pairs, size, sure=np.array(list(links.values()), dtype=bool)))
        log.info("%s: %d links of %d pairs", self.problems.path, sum(map(len, made)), len(made))
        return made

    def _check_base(self) -> None:
        """Refuse what is counted from elsewhere: dropping what falls outside would shift the rest."""
        path, linked, zeros = self.problems.path, len(self.linked), len(self.zeros)
        if linked < _ENOUGH:
            return  # the warning that links were left out says that the base may be wrong
        if self.base == 1 and 2 * zeros > linked:
            raise BadFile(
                f"{path}: {zeros} of {linked} pairs have links with a word 0, so they are counted "
                "from 0; give base=0"
            )
        if self.base == 0 and self.past and not zeros:
            raise BadFile(
                f"{path}: no link has a word 0, {self.past} lie just past the last word, so they "
                "are counted from 1; give base=1"
            )
        if self.base == 0 and not zeros:
            log.warning(
                "%s: no link of %d pairs has a word 0; are they counted from 1 (base=1)?",
                path,
                linked,
            )

    def _tell_doubled(self) -> None:
        if not self.doubled:
            return
        lines = sorted(set(self.doubled))
        shown = ", ".join(map(str, lines[:_SHOWN])) + (", …" if len(lines) > _SHOWN else "")
        log.warning(
            "%s: %d links occur twice, one is kept%s; at %s %s",
            self.problems.path,
            len(self.doubled),
            f", {self.mixed} of them sure and possible, kept as sure" if self.mixed else "",
            "lines" if len(lines) > 1 else "line",
            shown,
        )


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
