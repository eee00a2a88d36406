"""What can be talked about: concepts in categories, with topics, frequencies and kinds of things.

Nothing here belongs to a language; a concept is a number, the categories are ranges of numbers.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

TOPICS = (
    *("farming", "trade", "health", "weather", "music", "law"),
    *("travel", "food", "sport", "school", "war", "science"),
)
_SHARES = {"person": 0.14, "place": 0.10, "verb": 0.22, "adjective": 0.16, "adverb": 0.08}
TOPICAL = ("person", "thing", "place", "verb", "adjective", "adverb")
_CLOSED = {
    "kind": 6,  # second word of the name of an organization, as in "Acme Bank"
    "weekday": 7,
    "month": 12,
    "number": 12,
    "relation": 4,  # verbs of facts: lives in, works for, was born on, is based in
    "request": 18,  # verbs of requests, three for each intent
    "adposition": 5,  # in, near, from, of, on
    "article": 2,  # the, a
    "auxiliary": 2,  # past, future
    "negation": 1,
    "question": 4,  # who, what, where, when
    "stop": 2,  # full stop, question mark
    "suffix": 12,  # of agglutinative languages, one per meaning
    "ending": 30,  # of fusional languages, one per combination of meanings
}
NAMES = ("given", "surname", "location", "organization", "kind")
NOUNS = ("person", "thing", "place", *NAMES, "weekday", "month")
VERBS = ("verb", "relation", "request")
UPOS = (
    dict.fromkeys(("person", "thing", "place", "weekday", "month"), "NOUN")
    | dict.fromkeys(NAMES, "PROPN")
    | dict.fromkeys(VERBS, "VERB")
    | {"adjective": "ADJ", "adverb": "ADV", "number": "NUM", "adposition": "ADP", "article": "DET"}
    | {"auxiliary": "AUX", "negation": "PART", "question": "PRON", "stop": "PUNCT"}
)
TYPES = ("O", "PER", "LOC", "ORG", "DATE")
_TYPE = {"given": 1, "location": 2, "organization": 3, "weekday": 4, "month": 4}


@dataclass(frozen=True)
class World:
    """The concepts of a family.

    concepts:  how many in the topical categories together
    topics:    how many topics; concept i of a category belongs to topic i modulo this
    sharpness: probability in [0, 1] that a content word is drawn from its text's topic alone
    """

    concepts: int
    topics: int
    sharpness: float

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Number of concepts by category, in the order of their ranges."""
        shared = {name: int(share * self.concepts) for name, share in _SHARES.items()}
        content = {"thing": self.concepts - sum(shared.values())} | shared
        names = {
            "given": max(20, self.concepts // 10),
            "surname": max(20, self.concepts // 10),
            "location": max(12, self.concepts // 15),
            "organization": max(12, self.concepts // 20),
        }
        return content | names | _CLOSED

    @cached_property
    def starts(self) -> dict[str, int]:
        """First concept by category."""
        ends = np.cumsum([0, *self.sizes.values()])
        return dict(zip(self.sizes, ends[:-1].tolist(), strict=True))

    @cached_property
    def total(self) -> int:
        """Number of concepts of every category."""
        return sum(self.sizes.values())

    def range(self, category: str) -> range:
        """The concepts of a category."""
        return range(self.starts[category], self.starts[category] + self.sizes[category])

    def members(self, *categories: str) -> np.ndarray:
        """[total] True for concepts of these categories. The last place, reached by -1, is False."""
        mask = np.zeros(self.total + 1, bool)
        for category in categories:
            mask[self.starts[category] : self.starts[category] + self.sizes[category]] = True
        return mask

    @cached_property
    def category(self) -> np.ndarray:
        """[total] names."""
        return np.repeat(np.array(list(self.sizes)), list(self.sizes.values()))

    @cached_property
    def upos(self) -> np.ndarray:
        """[total + 1] universal part of speech; "" for what is no word."""
        return np.array([UPOS.get(str(name), "") for name in self.category] + [""], dtype=object)

    @cached_property
    def entity(self) -> np.ndarray:
        """[total + 1] position in `TYPES` of the name that starts with this concept."""
        return np.array([_TYPE.get(str(name), 0) for name in self.category] + [0])

    @cached_property
    def hypernym(self) -> np.ndarray:
        """[total + 1] the more general noun of the same category and topic, -1 where there is none."""
        found = np.full(self.total + 1, -1)
        for category in ("person", "thing", "place"):
            place = np.arange(self.sizes[category])
            depth, general = place // self.topics, max(1, self.sizes[category] // self.topics // 6)
            above = (depth - general) % general * self.topics + place % self.topics
            ids = np.where(depth < general, -1, above + self.starts[category])
            found[self.range(category)] = ids
        return found

    @cached_property
    def opposite(self) -> np.ndarray:
        """[total + 1] the verb that excludes this one, of the same topic; -1 where there is none."""
        found = np.full(self.total + 1, -1)
        place = np.arange(self.sizes["verb"])
        other = (place // self.topics ^ 2) * self.topics + place % self.topics
        inside = other < len(place)
        found[self.range("verb")] = np.where(inside, other + self.starts["verb"], -1)
        return found

    @cached_property
    def transitive(self) -> np.ndarray:
        """[total + 1] True for verbs that take a patient: every other one of a topic."""
        found = np.zeros(self.total + 1, bool)
        found[self.range("verb")] = np.arange(self.sizes["verb"]) // self.topics % 2 == 0
        return found

    @cached_property
    def _cumulative(self) -> dict[str, np.ndarray]:
        """By category, the cumulated probabilities of its concepts for topic 0, 1, ... end to end.

        Topic t's lie in [t, t + 1], so that one binary search serves all topics.
        """
        table = {}
        for category, size in self.sizes.items():
            weight = 1 / (np.arange(size) + 2.7)  # Zipf's law as Mandelbrot put it
            general = weight / weight.sum()
            rows = []
            for topic in range(self.topics if category in TOPICAL else 1):
                own = np.where(np.arange(size) % self.topics == topic, weight, 0)
                mixed = self.sharpness * own / own.sum() + (1 - self.sharpness) * general
                rows.append(topic + np.cumsum(mixed if category in TOPICAL else general))
            table[category] = np.concatenate(rows)
        return table

    def pick(
        self, category: str, chance: np.ndarray, topic: np.ndarray | None = None
    ) -> np.ndarray:
        """[n] concepts, by frequency, for uniform numbers `chance` [n] and topics [n] where they matter."""
        size, table = self.sizes[category], self._cumulative[category]
        row = np.zeros(len(chance), int) if topic is None else topic
        found = np.searchsorted(table, row + chance, side="right") - row * size
        return self.starts[category] + np.clip(found, 0, size - 1)
