"""What a role is: the plug that interchangeable parts share, with laws that each must pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import numpy as np

from calque.errors import BadValue

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Role:
    """A plug. Used as a decorator it marks a function as a part of this role.

    takes:   names of the data arguments, in order
    gives:   type of the result
    example: makes the data arguments for the laws from a seed
    laws:    functions of (part, *arguments) that raise AssertionError when the part breaks them
    """

    name: str
    takes: tuple[str, ...]
    gives: Any
    about: str
    example: Callable[[int], tuple] | None = None
    laws: tuple[Callable[..., None], ...] = ()

    @overload
    def __call__(self, function: Function) -> Function: ...

    @overload
    def __call__(self, *, paper: str | None = None) -> Callable[[Function], Function]: ...

    def __call__(self, function=None, *, paper=None):
        """Mark `function` as a part; `paper` is its citation key."""

        def mark(part):
            part.role = self
            part.paper = paper
            return part

        return mark if function is None else mark(function)


part = Role(
    "part",
    takes=(),
    gives=None,
    about="A part that nothing else can be put in place of; no laws.",
)


def grid_example(seed: int) -> tuple[np.ndarray]:
    """A grid of distinct numbers in [-1, 1], at most nine words a side: for roles that take similarities."""
    generator = np.random.default_rng(seed)
    m, n = generator.integers(1, 10, size=2)
    return (generator.uniform(-1, 1, (m, n)),)


def refuses_what_is_not_finite(part, similarity):
    """A cell that is not a number is an error that says where."""
    for wrong in (np.nan, np.inf):
        spoiled = similarity.copy()
        spoiled[-1, 0] = wrong
        try:
            part(spoiled)
        except BadValue as error:
            assert f"({len(spoiled) - 1}, 0)" in str(error)
        else:
            raise AssertionError(f"{wrong} was taken for a similarity")
