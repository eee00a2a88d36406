"""What a step is made from, as a key: the same key, the same result."""

import errno
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calque import recipe as recipes
from calque import registry
from calque.errors import BadFile
from calque.recipe import Recipe, Step
from calque.values.base import Value, fingerprint
from calque.workspace import home

_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class _Made:
    """Stands for the result of an earlier step: what it is made from says what it is."""

    key: str


def step_keys(recipe: Recipe) -> dict[str, str]:
    """A key per step that depends on its part's source, its settings, and all that goes in."""
    made: dict[str, _Made] = {}
    seen: dict[Any, str] = {}
    for step in recipe.steps:
        with naming(step, recipe):
            made[step.name] = _Made(_key(step, resolved(recipe, step, made), seen))
    return {name: step.key for name, step in made.items()}


def content_key(step: Step, arguments: dict[str, Any]) -> str:
    """A key that depends on what goes into a step, and not on how that was made.

    arguments: as `resolved` gives them once the earlier results are there
    """
    return _key(step, arguments, {})


def _key(step: Step, arguments: dict[str, Any], seen: dict[Any, str]) -> str:
    digest = hashlib.blake2b(registry.source_key(step.part).encode(), digest_size=16)
    digest.update(repr(step.each).encode())
    for name, argument in sorted(arguments.items()):
        digest.update(f"|{step.part}.{name}=".encode())
        digest.update(_key_of(argument, step.part, seen).encode())
    return digest.hexdigest()


def _version_of(part: str, name: str, seen: dict[Any, str]) -> str:
    """The state of what a name of the hub stands for, empty for any other text."""
    if part == "models.load":
        from calque.models.load import version
    elif name.startswith("hf:"):
        from calque.data.hub import version
    else:
        return ""
    if (part, name) not in seen:
        seen[part, name] = version(name) or ""
    return seen[part, name]


def _key_of(argument: Any, part: str, seen: dict[Any, str]) -> str:
    if isinstance(argument, _Made):
        return argument.key
    if isinstance(argument, recipes.Filled):
        inner = {k: _key_of(v, argument.part, seen) for k, v in argument.settings.items()}
        return registry.source_key(argument.part) + fingerprint([argument.part, inner])
    if isinstance(argument, dict):  # in order: of patterns with rates the first that fits counts
        return fingerprint([[k, _key_of(v, part, seen)] for k, v in argument.items()])
    if isinstance(argument, list):
        return fingerprint([_key_of(item, part, seen) for item in argument])
    if isinstance(argument, Path):
        if not argument.exists():
            raise BadFile(f"{argument}: no such file or folder")
        if argument not in seen:
            seen[argument] = fingerprint(argument)
        return seen[argument]
    if isinstance(argument, Value):
        if id(argument) not in seen:
            seen[id(argument)] = argument.fingerprint()
        return seen[id(argument)]
    version = _version_of(part, argument, seen) if isinstance(argument, str) else ""
    return fingerprint(argument) + version


def resolved(recipe: Recipe, step: Step, results: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a step, with inputs and earlier results in the place of their names."""
    types = recipes.annotations(step.part)
    return {
        name: recipes.resolve(tree, recipe.inputs, results, types.get(name, ""))
        for name, tree in step.arguments.items()
    }


@contextmanager
def naming(step: Step | None, recipe: Recipe) -> Iterator[None]:
    """Say in which step an error arose, and say it in one line where the disk is full."""
    where = f"step '{step.name}' of {recipe.name}" if step else recipe.name
    try:
        yield
    except Exception as error:
        # writers of other libraries wrap the system's error and keep only its words
        if getattr(error, "errno", None) in _FULL or "No space left on device" in str(error):
            raise BadFile(
                f"{where}: no space left on the disk; nothing half-written is kept and finished steps "
                f"stay: free some space below {home()} and run it again, or set CALQUE_HOME"
            ) from error
        error.add_note(where)
        raise
