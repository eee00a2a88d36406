"""Meanings put into the words of a language, whole batches at a time.

Words live in a grid of clauses by units (`grammar.UNITS`): the same cell says the same thing in
every language, which is what makes links, tags and trees known without looking at a word.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from calque.synthetic.forms import CASES, IMPERATIVE, Language, noun_feature, verb_feature
from calque.synthetic.grammar import UNIT, UNITS
from calque.synthetic.meanings import OF, ON, QUESTION, REQUEST, ROLES, Clauses
from calque.synthetic.world import World


@dataclass(frozen=True, eq=False)
class Sentences:
    """Texts in one language, of `group` clauses each.

    concepts: [clauses, units] what each word says, -1 where there is none
    features: [clauses, units] the form it takes, a column of `Language.forms`
    loose:    [clauses, units] True for words that translate nothing (noise)
    """

    world: World
    language: Language
    clauses: Clauses
    concepts: np.ndarray
    features: np.ndarray
    loose: np.ndarray
    group: int = 1
    _misspelt: list[str] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.concepts) // self.group

    @cached_property
    def mask(self) -> np.ndarray:
        """[clauses, units] True where a word stands, units in the order of the language."""
        return self.concepts[:, self.language.grammar.columns] >= 0

    @cached_property
    def bounds(self) -> np.ndarray:
        """[texts + 1] where each text starts and ends in what `flat` returns."""
        counts = self.mask.sum(axis=1).reshape(-1, self.group).sum(axis=1)
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def positions(self) -> np.ndarray:
        """[clauses, units] position of the word in its text, from 0; -1 where there is none."""
        order = self.language.grammar.columns
        running = np.cumsum(self.mask.ravel()).reshape(self.mask.shape) - 1
        starts = np.repeat(self.bounds[:-1], self.group)[:, None]
        placed = np.empty_like(running)
        placed[:, order] = np.where(self.mask, running - starts, -1)
        return placed

    def flat(self, grid: np.ndarray) -> np.ndarray:
        """The cells [clauses, units] of all words, text after text in the order of the language."""
        return grid[:, self.language.grammar.columns][self.mask]

    def cut(self, items: list) -> list[list]:
        """Split what goes word by word into one list per text."""
        ends = self.bounds.tolist()
        return [items[start:end] for start, end in pairwise(ends)]

    @cached_property
    def spelling(self) -> list[str]:
        """All words, text after text."""
        if self._misspelt is not None:
            return self._misspelt
        return self.language.forms[self.flat(self.concepts), self.flat(self.features)].tolist()

    @property
    def words(self) -> list[list[str]]:
        """The words of each text; signs are words."""
        return self.cut(self.spelling)

    def misspelt(self, words: list[str]) -> "Sentences":
        """The same with other words, as many as there were."""
        return replace(self, _misspelt=words)

    @cached_property
    def signs(self) -> list[bool]:
        """For all words, whether it is a sign that in writing follows its word without a space."""
        return (self.flat(self.concepts) >= self.world.starts["stop"]).tolist()

    def texts(self, tokenized: bool = True) -> list[str]:
        """Each text: its words with a space between any two, or as its script is written."""
        words = zip(self.spelling, self._gaps(tokenized), strict=True)
        spaced = [" " * gap + word for word, gap in words]
        return ["".join(text).lstrip(" ") for text in self.cut(spaced)]

    def starts(self, tokenized: bool = True) -> list[list[int]]:
        """Character where each word of each text starts in `texts`."""
        gaps = self._gaps(tokenized)
        found = []
        for words, before in zip(self.words, self.cut(gaps), strict=True):
            here, starts = 0, []
            for place, (word, gap) in enumerate(zip(words, before, strict=True)):
                here += gap if place else 0
                starts.append(here)
                here += len(word)
            found.append(starts)
        return found

    def _gaps(self, tokenized: bool) -> list[int]:
        """Number of spaces before each word, were it not the first."""
        if tokenized:
            return [1] * len(self.spelling)
        if self.language.script.spaced:
            return [0 if sign else 1 for sign in self.signs]
        return [1 if sign else 0 for sign in [False, *self.signs[:-1]]]

    @cached_property
    def upos(self) -> list[str]:
        """Part of speech of all words, text after text."""
        return self.world.upos[self.flat(self.concepts)].tolist()

    def spans(self, kinds: np.ndarray, names: tuple[str, ...]) -> list[str]:
        """IOB2 tags of all words, from the kind of each cell.

        kinds: [clauses, units] position in `names`, 0 outside; a span never reaches over two roles
        """
        rows, units = self.concepts.shape
        role = np.full(units, -1)
        for place, name in enumerate(ROLES):
            role[UNIT[f"{name}.adposition"] : UNIT[f"{name}.second"] + 1] = place
        span = np.where(kinds > 0, np.arange(rows)[:, None] * len(ROLES) + role + 1, 0)
        span, kind = self.flat(span), self.flat(kinds)
        begins = (kind > 0) & (span != np.concatenate([[0], span[:-1]]))
        table = np.array(
            ["O", *(f"{iob}-{name}" for name in names[1:] for iob in "BI")], dtype=object
        )
        return table[np.where(kind > 0, 2 * kind - begins, 0)].tolist()


def realize(world: World, language: Language, clauses: Clauses, group: int = 1) -> Sentences:
    """Say the clauses in the language."""
    n = len(clauses)
    concepts = np.full((n, len(UNITS)), -1)
    features = np.zeros((n, len(UNITS)), int)
    for role in ROLES:
        _say_phrase(world, language, clauses, role, concepts, features)
    _say_verb(world, language, clauses, concepts, features)
    stop = world.starts["stop"] + (clauses["mood"] == QUESTION)
    concepts[:, UNIT["stop"]] = stop
    concepts = np.where(language.words[concepts], concepts, -1)
    if language.grammar.fronting:
        _front(world, concepts)
    return Sentences(
        world, language, clauses, concepts, features, np.zeros(concepts.shape, bool), group
    )


def _say_phrase(
    world: World,
    language: Language,
    clauses: Clauses,
    role: str,
    concepts: np.ndarray,
    features: np.ndarray,
) -> None:
    noun, second, plural = (clauses[f"{role}.{part}"] for part in ("noun", "second", "plural"))
    relation = {"owner": OF, "time": ON}.get(role, clauses["relation"])
    case = {"agent": 0, "patient": 1, "owner": 2, "time": CASES.index("on")}.get(
        role, CASES.index("in") + clauses["relation"]
    )
    asks = world.members("question")[noun]
    if role in ("owner", "place", "time"):
        word = np.where((noun >= 0) & ~asks, world.starts["adposition"] + relation, -1)
        concepts[:, UNIT[f"{role}.adposition"]] = word
    definite = clauses[f"{role}.definite"] == 1
    common = world.members("person", "thing", "place")[noun]
    # "the"; "a" before the singular alone
    article = np.where(definite, world.starts["article"], world.starts["article"] + 1)
    article = np.where(common & (definite | (plural == 0)), article, -1)
    concepts[:, UNIT[f"{role}.article"]] = article
    concepts[:, UNIT[f"{role}.modifier"]] = clauses[f"{role}.modifier"]
    concepts[:, UNIT[f"{role}.noun"]] = noun
    concepts[:, UNIT[f"{role}.second"]] = second
    form = noun_feature(plural, case)
    agrees = language.grammar.morphology == "fusional"
    family_first = language.grammar.family_first
    # where words do not agree, the last word of a name carries the suffix
    features[:, UNIT[f"{role}.noun"]] = np.where(agrees | family_first | (second < 0), form, 0)
    features[:, UNIT[f"{role}.second"]] = form if agrees or not family_first else 0
    features[:, UNIT[f"{role}.modifier"]] = form


def _say_verb(
    world: World, language: Language, clauses: Clauses, concepts: np.ndarray, features: np.ndarray
) -> None:
    tense, negated, request = clauses["tense"], clauses["negated"], clauses["mood"] == REQUEST
    plural = clauses["agent.plural"]
    concepts[:, UNIT["verb"]] = clauses["verb"]
    form = verb_feature(tense, plural, negated)
    features[:, UNIT["verb"]] = np.where(request, IMPERATIVE + negated, form)
    helper = np.where((tense > 0) & ~request, world.starts["auxiliary"] + tense - 1, -1)
    concepts[:, UNIT["auxiliary"]] = helper
    concepts[:, UNIT["negation"]] = np.where(negated == 1, world.starts["negation"], -1)
    concepts[:, UNIT["adverb"]] = clauses["adverb"]


def _front(world: World, concepts: np.ndarray) -> None:
    """Move the question word to the start of its clause."""
    asks = world.members("question")[concepts]
    rows, units = np.nonzero(asks)
    concepts[rows, UNIT["front"]] = concepts[rows, units]
    concepts[rows, units] = -1
