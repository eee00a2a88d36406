"""The languages of a family, made when they are first asked for."""

from dataclasses import dataclass, field
from functools import cached_property

from calque.errors import UnknownName
from calque.registry import near
from calque.synthetic import forms, tree
from calque.synthetic.grammar import MIXED, Grammar, drawn
from calque.synthetic.scripts import script
from calque.synthetic.world import NAMES, World


@dataclass(frozen=True, eq=False)
class Languages:
    """Grammars, scripts and words by code; the fields are those of `Family`."""

    size: int
    shape: str
    seed: int
    cognates: float
    overlap: float
    scripts: tuple[str, ...]
    orders: tuple[str, ...]
    morphologies: tuple[str, ...]
    articles: tuple[bool, ...]
    clones: tuple[str, ...]
    world: World
    _made: dict[str, forms.Language] = field(default_factory=dict)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Clones come last."""
        return tree.codes(self.size + len(self.clones))

    def place(self, code: str) -> int:
        """Position of the language among all."""
        if code not in self.codes:
            raise UnknownName(
                f"synthetic family: no language '{code}'{near(code, list(self.codes))}; "
                f"there are: {', '.join(self.codes)}"
            )
        return self.codes.index(code)

    def original(self, code: str) -> str:
        """The language of which this is a clone; itself where it is none."""
        place = self.place(code)
        return code if place < self.size else self.clones[place - self.size]

    @cached_property
    def parents(self) -> dict[str, str]:
        """Parent of every node but the clones; of the root ""."""
        return tree.grow(self.shape, self.codes[: self.size])

    def get(self, code: str) -> forms.Language:
        """The language, made once."""
        place = self.place(code)
        if code not in self._made:
            if place < self.size:
                self._made[code] = self._make(code, place)
            else:
                original = self.get(self.original(code))
                self._made[code] = forms.clone(original, code, place - self.size)
        return self._made[code]

    def _make(self, code: str, place: int) -> forms.Language:
        order = self.orders[place % len(self.orders)]
        morphology = self.morphologies[place % len(self.morphologies)]
        inherited = self._types[code]
        grammar = Grammar(
            inherited[0] if order == MIXED else order,
            inherited[1] if morphology == MIXED else morphology,
            self.articles[place % len(self.articles)],
        )
        writing = script(self.scripts[place % len(self.scripts)])
        stems = self._stems[code]
        return forms.make(code, grammar, writing, self.world, stems, self._loan_forms, self._loans)

    @cached_property
    def _types(self) -> dict[str, tuple[str, str]]:
        return drawn(self.parents, self.seed)

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        lasting = self.world.members(*NAMES)[:-1]
        shapes = forms.shapes(self.world)
        return tree.inherit(self.parents, shapes, lasting, self.cognates, self.seed)

    @cached_property
    def _loans(self):
        return forms.loans(self.world, self.overlap, self.seed)

    @cached_property
    def _loan_forms(self) -> list[str]:
        return forms.loan_forms(self.world, script(self.scripts[0]), self.seed)
