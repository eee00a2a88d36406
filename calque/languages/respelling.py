"""Words spelled anew by a table of rules: letters of one script for those of another, with choices."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from calque.languages.words import folded

_BEGINS, _ENDS = "\x02", "\x03"  # no word holds these


@dataclass(frozen=True, eq=False)
class Respelling:
    """Rules from strings to the strings that may stand for them, the usual one first.

    rules: keys are read in lower case (NFC). `^` before one binds it to the beginning of a word, `$`
           behind one to the end: `^il-$` is a whole word. At each place the longest rule counts, its
           bounds included; a character without a rule stays
    """

    rules: Mapping[str, Sequence[str]]
    _longest: int = field(init=False, default=0)

    def __post_init__(self):
        bound = {_bound(key): tuple(choices) for key, choices in self.rules.items()}
        object.__setattr__(self, "rules", bound)
        object.__setattr__(self, "_longest", max(map(len, bound), default=0))

    def choices(self, word: str) -> list[tuple[str, ...]]:
        """What may stand at each place of the word, one after the other."""
        text = f"{_BEGINS}{folded(word)}{_ENDS}"
        found, place = [], 0
        while place < len(text):
            size = next(
                (
                    n
                    for n in range(min(self._longest, len(text) - place), 0, -1)
                    if text[place : place + n] in self.rules
                ),
                0,
            )
            key = text[place : place + max(size, 1)]
            found.append(self.rules[key] if size else ("" if key in (_BEGINS, _ENDS) else key,))
            place += max(size, 1)
        return found

    def touches(self, word: str) -> bool:
        """Whether any rule applies to the word."""
        text = f"{_BEGINS}{folded(word)}{_ENDS}"
        return any(
            text[a:b] in self.rules
            for a in range(len(text))
            for b in range(a + 1, min(len(text), a + self._longest) + 1)
        )

    def usual(self, word: str) -> str:
        """The word by the first choice of every rule; as it was where no rule applies, or nothing is left."""
        return (
            ("".join(choice[0] for choice in self.choices(word)) or word)
            if self.touches(word)
            else word
        )

    def spellings(self, word: str) -> Iterator[str]:
        """All ways to spell the word, each once, the usual one first."""
        seen = set()
        for letters in product(*self.choices(word)):
            text = "".join(letters)
            if text not in seen:
                seen.add(text)
                yield text

    def likeliest(self, word: str, known: "Known") -> str:
        """The spelling that is the commonest known word, of equals the one nearest the usual.

        Where no spelling is known, the usual one.
        """
        if not self.touches(word):
            return word
        found = known.spelled(self.choices(word))
        if not found:
            return self.usual(word)
        return min(found, key=lambda text: (-known.counts[text], found[text], text))


@dataclass(frozen=True, eq=False)
class Known:
    """Words of a language and how often each was seen."""

    counts: Counter[str]

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(w[:n] for w in self.counts for n in range(len(w) + 1))

    def spelled(self, choices: Sequence[Sequence[str]]) -> dict[str, int]:
        """Known words among all that the choices spell, and how far each is from the first choices.

        Follows no beginning that no word has, so that long words cost little.
        """
        begun = {"": 0}
        for choice in choices:
            longer: dict[str, int] = {}
            for beginning, cost in begun.items():
                for place, letters in enumerate(choice):
                    text = beginning + letters
                    if text in self._beginnings:
                        longer[text] = min(longer.get(text, cost + place), cost + place)
            begun = longer
        return {text: cost for text, cost in begun.items() if text and text in self.counts}


def _bound(key: str) -> str:
    begins, ends = key.startswith("^") and len(key) > 1, key.endswith("$") and len(key) > 1
    inner = key[begins : len(key) - ends]
    return f"{_BEGINS if begins else ''}{folded(inner)}{_ENDS if ends else ''}"
