"""The recipe of a run with the inputs that were used and what made it: a recipe that replays the run."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from calque import __version__
from calque.recipe import Recipe
from calque.values.base import Value

_PACKAGES = ("torch", "transformers", "tokenizers", "numpy", "scipy")


def receipt(recipe: Recipe, keys: dict[str, str], costs: dict[str, dict[str, Any]]) -> str:
    """YAML of the recipe as it was run.

    keys:  cache key of each step
    costs: seconds and memory of each step
    """
    steps = {
        step.name: {"use": step.part}
        | ({"each": list(step.each)} if step.each else {})
        | _plain(step.arguments)
        for step in recipe.steps
    }
    tree: dict[str, Any] = {"about": recipe.about}
    if recipe.paper:
        tree["paper"] = recipe.paper
    tree |= {"inputs": _plain(recipe.inputs), "steps": steps}
    tree["receipt"] = {
        "calque": __version__,
        "python": platform.python_version(),
        "packages": _versions(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "keys": keys,
        "costs": costs,
    }
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def below(written: str, folder: Path) -> str:
    """The receipt, to lie in `folder`: its files there are named from there, models by whole paths.

    So it replays from anywhere, and after the folder has been moved.
    """
    tree = yaml.safe_load(written)
    for name, value in tree["inputs"].items():
        path = Path(value).absolute() if isinstance(value, str) else None
        if path is None:
            continue
        if path.is_file() and path.is_relative_to(folder.absolute()):
            tree["inputs"][name] = str(path.relative_to(folder.absolute()))
        elif name in ("base", "checkpoint") and _is_model(path):
            tree["inputs"][name] = str(path)
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def _is_model(path: Path) -> bool:
    """Whether it is a folder, or a member of one ("folder#name")."""
    folder, mark, _ = str(path).rpartition("#")
    return path.is_dir() or (bool(mark) and Path(folder).is_dir())


def _plain(thing: Any) -> Any:
    """What YAML can write; a value given from Python is named by its content."""
    if isinstance(thing, Value):
        return f"<{type(thing).__name__} {thing.fingerprint()}>"
    if isinstance(thing, Path):
        return str(thing)
    if isinstance(thing, dict):
        return {name: _plain(item) for name, item in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_plain(item) for item in thing]
    return thing


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
