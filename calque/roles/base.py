"""What a role is: the plug that interchangeable parts share, with laws that each must pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Role:
    """A plug. Used as a decorator it marks a function as a part of this role.

    takes:    names of the data arguments, in order
    gives:    type of the result
    example:  makes the data arguments for the laws from a seed
    evidence: makes what parts may need beside those, by name; law and part then meet as a `partial`
    laws:     functions of (part, *arguments) that raise AssertionError when the part breaks them
    """

    name: str
    takes: tuple[str, ...]
    gives: Any
    about: str
    example: Callable[[int], tuple] | None = None
    evidence: Callable[[int], dict[str, Any]] | None = None
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
