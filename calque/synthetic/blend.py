"""A mixed language: one language's words written in another's letters, among words taken from that other.

As Maltese is: its Arabic words, written in Latin letters that tell fewer sounds apart, stand among
Italian and English ones that are spelled as they came.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calque.errors import BadSetting
from calque.synthetic.draws import group
from calque.synthetic.family import Family
from calque.synthetic.forms import Language, closed
from calque.synthetic.roots import SOUNDS
from calque.synthetic.sentences import Sentences, realize
from calque.synthetic.streams import stream
from calque.values.labelled import Labelled
from calque.values.lexicon import Lexicon

# Sounds of the base language for which the letters have no sign of their own, and what is written.
_MERGED = {"p": "b", "v": "f", "c": "x", "g": "k", "e": "i"}
BASE, TAKEN, SIGN = "base", "taken", "sign"


@dataclass(frozen=True)
class Blend:
    """A language with the grammar of `base` and, for some meanings, the words of `other`.

    share: of content words and names, how many are of `other`; function words are the base's
    seed:  which those are
    """

    family: Family
    base: str
    other: str
    share: float = 0.5
    seed: int = 0

    def __post_init__(self):
        if not 0 <= self.share <= 1:
            raise BadSetting(f"synthetic family: share must lie in [0, 1], got {self.share}")
        write = self.family.language(self.base).script.write
        if len({write(sound) for sound in SOUNDS}) < len(SOUNDS) or len(write(SOUNDS)) != len(
            SOUNDS
        ):
            raise BadSetting(
                f"synthetic family: the base of a mixed language needs a letter for each sound; "
                f"{self.family.language(self.base).script.code} has not, take Arab, Cyrl or Hebr"
            )

    @cached_property
    def taken(self) -> np.ndarray:
        """[concepts] True for meanings whose word is taken from `other`."""
        open_ = np.flatnonzero(~closed(self.family.world))
        order = np.argsort(stream("blend", self.seed).random(len(open_)), kind="stable")
        mask = np.zeros(self.family.world.total, bool)
        mask[open_[order[: round(self.share * len(open_))]]] = True
        return mask

    @cached_property
    def language(self) -> Language:
        """All its words."""
        base, other = (self.family.language(code) for code in (self.base, self.other))
        letters = {ord(base.script.write(s)): _MERGED.get(s, s) for s in SOUNDS}
        letters |= {ord(base.script.question): other.script.question}
        letters |= {ord(base.script.stop): other.script.stop}
        written = np.array(
            [[form.translate(letters) for form in row] for row in base.forms], object
        )
        forms = np.where(self.taken[:, None], other.forms, written)
        none = np.zeros_like(base.loan)
        return Language(
            f"{base.code}-{other.code}", base.grammar, other.script, forms, none, base.words, {}
        )

    @property
    def rules(self) -> Lexicon:
        """Its letters to those of the base language: a letter that stands for two sounds has both."""
        base, other = (self.family.language(code).script for code in (self.base, self.other))
        rows = [(_MERGED.get(s, s), base.write(s), 1.0 if s in _MERGED else 2.0) for s in SOUNDS]
        rows += [(other.question, base.question, 1.0)] if other.question != base.question else []
        return Lexicon.of(rows, self.language.code, self.base)

    def lexicon(self, to: str) -> Lexicon:
        """Every word with the word of the language `to` that says the same."""
        words = self.language.words[:-1] & self.family.language(to).words[:-1]
        sides = (
            side.forms[words].ravel().tolist() for side in (self.language, self.family.language(to))
        )
        pairs = dict.fromkeys(zip(*sides, strict=True))
        return Lexicon.of(((a, b, 1.0) for a, b in pairs), self.language.code, to)

    def sentences(self, n: int, seed: int = 0) -> Sentences:
        """n statements; the same meanings as `Family.sentences` of this seed."""
        meanings = self.family.draw(n, seed, of="statements").clauses["statements"]
        return realize(self.family.world, self.language, meanings, group("statements"))

    def origins(self, said: Sentences) -> list[list[str]]:
        """Of each word of each sentence: "base", "taken" or, for what is no word, "sign"."""
        concepts = said.flat(said.concepts)
        signs = self.family.world.members("stop")[concepts]
        names = np.where(signs, SIGN, np.where(self.taken[concepts], TAKEN, BASE))
        return said.cut(names.tolist())

    def labelled(self, n: int, seed: int = 0) -> Labelled:
        """n statements with parts of speech as tags, and a column `origins` beside them."""
        said = self.sentences(n, seed)
        columns = zip(said.words, said.cut(said.upos), self.origins(said), strict=True)
        rows = [{"words": w, "tags": t, "origins": o} for w, t, o in columns]
        return Labelled.of(rows, "tags", "und")
