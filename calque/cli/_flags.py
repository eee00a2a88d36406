"""Flags that no verb knows beforehand: the inputs of a recipe, the settings of a part."""

import re
from collections.abc import Collection, Iterable
from typing import Any

import yaml

from calque import registry, values
from calque.errors import BadSetting
from calque.recipe import Recipe, annotations

FREE = {"context_settings": {"allow_extra_args": True, "ignore_unknown_options": True}}
COLUMNS = "dict[str, str | int]"  # role -> name or place
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def split(words: Iterable[str], bare: Collection[str] = ()) -> tuple[list[str], dict[str, str]]:
    """Words of the command line as arguments and flags: `--name value`, `--name=value`.

    bare: flags that need no value, because they are true or false
    """
    queue = list(words)
    arguments: list[str] = []
    flags: dict[str, str] = {}
    while queue:
        word = queue.pop(0)
        if not word.startswith("--"):
            arguments.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        if not equals and name.replace("-", "_") in bare:
            value = queue.pop(0) if queue and queue[0].lower() in _TRUTHS else "true"
        elif not equals:
            if not queue or queue[0].startswith("--"):
                raise BadSetting(f"--{name} needs a value")
            value = queue.pop(0)
        if name in flags:
            raise BadSetting(f"--{name} is given twice")
        flags[name] = value
    return arguments, flags


def named(flag: str, known: Collection[str], whose: str, what: str) -> str:
    """The name that a flag means, dashes or underscores; an unknown one names the nearest."""
    same = {name.replace("-", "_"): name for name in known}
    name = flag.replace("-", "_")
    if name not in same:
        has = ", ".join(known) or "none"
        near = registry.near(name, list(same)).replace("did you mean ", "did you mean --")
        raise BadSetting(f"{whose} has no {what} '{flag}'{near}; it has: {has}")
    return same[name]


def inputs(recipe: Recipe, flags: dict[str, str]) -> dict[str, Any]:
    """The inputs that flags give, each of the type that its steps take."""
    made = {}
    for flag, text in flags.items():
        name = named(flag, recipe.inputs, recipe.name, "input")
        made[name] = typed(text, input_type(recipe, name), f"--{flag}")
    return made


def input_type(recipe: Recipe, name: str) -> str:
    """Annotation of the argument that an input goes to; "list" where a step walks it."""
    for step in recipe.steps:
        for key, annotation in annotations(step.part).items():
            if step.arguments.get(key) == f"${name}":
                return "list" if key in step.each else annotation
    kind = type(recipe.inputs[name]).__name__
    return "str" if kind == "NoneType" else kind


def switches(recipe: Recipe) -> set[str]:
    """Inputs that are true or false."""
    return {name for name in recipe.inputs if input_type(recipe, name) == "bool"}


def typed(text: str, annotation: str, where: str) -> Any:
    """A value for an argument with this annotation; BadSetting where the text is none."""
    kinds = [kind.strip() for kind in re.split(r"\|(?![^\[]*\])", annotation)]
    if "None" in kinds and text.lower() in ("none", "null"):
        return None
    if "bool" in kinds and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    for kind in (int, float):
        try:
            if kind.__name__ in kinds:
                return kind(text)
        except ValueError:
            continue
    if {"str", "Path", "Any", ""} & set(kinds):
        return text
    if any(re.match(r"(list|tuple|dict|Sequence|Mapping|Iterable|Callable)\b", k) for k in kinds):
        return _structure(text, annotation, where)
    if set(re.findall(r"\w+", annotation)) & set(values._HOME):
        raise BadSetting(f"{where}: takes {annotation}, which only a program can give")
    if annotation.startswith("Literal"):
        return text
    raise BadSetting(f"{where}: must be {annotation}, got {text!r}")


def _structure(text: str, annotation: str, where: str) -> Any:
    if re.fullmatch(r"\w+\.\w+", text) and text in registry.parts():
        return {"use": text}
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadSetting(f"{where}: must be {annotation}, got {text!r}") from error
    if isinstance(tree, dict) or (isinstance(tree, list) and not annotation.startswith("dict")):
        return tree
    if annotation.startswith(("dict", "Mapping", "Callable")):
        raise BadSetting(f"{where}: must be {annotation}, got {text!r}")
    return [tree if not isinstance(tree, (str, bool)) else text]
