"""A family of related languages, made from a seed, about which everything is known."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from calque.errors import UnknownName
from calque.registry import near
from calque.synthetic import noise, tree
from calque.synthetic.draws import Draw, draw, group
from calque.synthetic.forms import Language
from calque.synthetic.knowledge import dictionary, fact_table
from calque.synthetic.languages import Languages
from calque.synthetic.linking import link
from calque.synthetic.sentences import Sentences, realize
from calque.synthetic.settings import check
from calque.synthetic.streams import stream
from calque.synthetic.tasks import MAKERS, Maker
from calque.synthetic.world import World
from calque.values.base import Value
from calque.values.labelled import Labelled
from calque.values.lexicon import Lexicon
from calque.values.links import Links
from calque.values.score import Table
from calque.values.texts import Bitext, Texts


@dataclass(frozen=True)
class Family(Value):
    """Related languages that put the same meanings into words; see `family` for the settings.

    Methods with `n` and `seed` give the same meanings in every language, row by row, and the first
    rows do not depend on n. Tuples of scripts, orders, morphologies and articles are gone through
    language by language, from the start again when they are shorter.
    """

    size: int
    shape: str
    seed: int
    cognates: float
    overlap: float
    scripts: tuple[str, ...]
    orders: tuple[str, ...]
    morphologies: tuple[str, ...]
    articles: tuple[bool, ...]
    concepts: int
    topics: int
    sharpness: float
    typos: float
    dropped: float
    free: float
    wrong_labels: float
    misaligned: float
    clones: tuple[str, ...] = ()

    def __post_init__(self):
        check(self)

    def __getstate__(self):
        return {
            entry.name: getattr(self, entry.name) for entry in fields(self)
        }  # no made languages

    # --- the languages

    @cached_property
    def _all(self) -> Languages:
        names = (
            "size",
            "shape",
            "seed",
            "cognates",
            "overlap",
            "scripts",
            "orders",
            "morphologies",
        )
        settings = {name: getattr(self, name) for name in (*names, "articles", "clones")}
        return Languages(**settings, world=self.world)

    @cached_property
    def world(self) -> World:
        """What the languages talk about."""
        return World(self.concepts, self.topics, self.sharpness)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes, from the range that ISO 639-3 keeps for private use; clones come last."""
        return self._all.codes

    @property
    def tree(self) -> dict[str, str]:
        """Parent of every language and ancestor; the root has none. A clone hangs below its original."""
        parents = {node: parent for node, parent in self._all.parents.items() if parent}
        return parents | dict(zip(self.languages[self.size :], self.clones, strict=True))

    def distance(self, a: str, b: str) -> int:
        """Number of branches between two languages; a clone stands where its original does."""
        one, other = (tree.lineage(self._all.parents, self.original(code)) for code in (a, b))
        return len(set(one) ^ set(other))

    def original(self, language: str) -> str:
        """The language of which this is a clone; itself where it is none."""
        return self._all.original(language)

    def clone(self, language: str) -> "Family":
        """The family with one more language, which is `language` in letters that no other has."""
        return replace(self, clones=(*self.clones, self.original(language)))

    def language(self, code: str) -> Language:
        """Grammar, script and all words of a language."""
        return self._all.get(code)

    def lexicon(self, a: str, b: str, *, inflected: bool = False) -> Lexicon:
        """All words of a and b that say the same.

        inflected: every form beside the form of the same features, and signs; else dictionary
                   forms. Between a language and its clone that is the true map of everything a
                   text can hold
        """
        return dictionary(self.world, self.language(a), self.language(b), inflected)

    # --- what they say

    def draw(self, n: int, seed: int = 0, *, of: str = "statements") -> Draw:
        """Meanings of n texts; `of` is one of `draws.KINDS`."""
        return draw(self.world, of, n, self.seed, seed)

    def sentences(
        self, language: str, n: int, seed: int = 0, *, of: str = "statements"
    ) -> Sentences:
        """n texts with everything that is known of each word."""
        return self._say(language, self.draw(n, seed, of=of), seed, of)

    def _say(self, language: str, meanings: Draw, seed: int, of: str) -> Sentences:
        said = realize(self.world, self.language(language), meanings.clauses[of], group(of))
        return noise.misspell(said, self.typos, stream("typos", self.seed, seed, language, of))

    def texts(
        self,
        language: str,
        n: int,
        seed: int = 0,
        *,
        of: str = "statements",
        tokenized: bool = True,
    ) -> Texts:
        """n texts; tokenized: a space between any two words, else as the script is written."""
        said = self.sentences(language, n, seed, of=of)
        return Texts.of(said.texts(tokenized), language, tokenized=tokenized)

    def bitext(self, a: str, b: str, n: int, seed: int = 0, *, of: str = "statements") -> Bitext:
        """n texts in two languages, tokenized, with what noise the family has on the side of b."""
        source, target, beside = self._sides(a, b, n, seed, of)
        texts = target.texts()
        pairs = zip(source.texts(), (texts[i] for i in beside.tolist()), strict=True)
        return Bitext.of(pairs, a, b, tokenized=True)

    def links(
        self, a: str, b: str, n: int, seed: int = 0, *, of: str = "statements"
    ) -> list[Links]:
        """Gold word links of the same `bitext`, text by text; none where the texts do not belong together."""
        source, target, beside = self._sides(a, b, n, seed, of)
        found = link(source, target)
        own = np.arange(len(source))
        sizes = np.diff(target.bounds)[beside]
        for i in np.flatnonzero(beside != own).tolist():
            found[i] = Links(np.zeros((0, 2)), (found[i].size[0], int(sizes[i])))
        return found

    def _sides(
        self, a: str, b: str, n: int, seed: int, of: str
    ) -> tuple[Sentences, Sentences, np.ndarray]:
        meanings = self.draw(n, seed, of=of)
        source = self._say(a, meanings, seed, of)
        key = (self.seed, seed, a, b, of)
        target = realize(self.world, self.language(b), meanings.clauses[of], group(of))
        target = noise.drop(target, self.dropped, stream("dropped", *key))
        target = noise.render_freely(target, self.free, stream("free", *key))
        target = noise.misspell(target, self.typos, stream("typos", self.seed, seed, b, of))
        return source, target, noise.misalign(n, self.misaligned, stream("misaligned", *key))

    def labelled(
        self, task: str, language: str, n: int, seed: int = 0, *, tokenized: bool = True
    ) -> Labelled:
        """n examples of "topic", "ner", "pos", "parse", "nli", "intents", "answer" or "tuples".

        Row i of topic, ner, pos and parse is about row i of `texts`; intents about `of="requests"`,
        nli about "premises" and "hypotheses", answer about "contexts" and "questions".
        """
        if task not in MAKERS:
            raise UnknownName(
                f"synthetic family: no task '{task}'{near(task, list(MAKERS))}; there are: {', '.join(MAKERS)}"
            )
        kind, make = MAKERS[task]
        meanings = self.draw(n, seed, of=kind)
        random = stream("labels", self.seed, seed, language, task)
        return make(
            Maker(
                self.world,
                meanings,
                lambda of: self._say(language, meanings, seed, of),
                language,
                tokenized,
                self.wrong_labels,
                random,
            )
        )

    def facts(self, language: str, n: int, seed: int = 0, *, tokenized: bool = True) -> Table:
        """n facts of the world, the same in every language; see `knowledge.fact_table`."""
        return fact_table(self.world, self.language(language), n, self.seed, seed, tokenized)
