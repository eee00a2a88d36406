"""Recipes: named steps in YAML, each calling one part. Read and checked whole before anything runs.

The whole language: `use` names a part; `$x` is an input or an earlier step; `each` walks those
arguments item by item; `{use: ...}` inside an argument is the part itself, settings filled in.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from calque import registry
from calque.errors import BadFile, BadRecipe, UnknownName

RECIPES = registry.PACKAGE / "recipes"
_KEYS = ("about", "paper", "partly", "inputs", "steps", "expect", "receipt")
_LITERALS = {"int": int, "float": (int, float), "bool": bool, "str": str}


@dataclass(frozen=True)
class Filled:
    """A part with settings filled in, given to another part as a callable (`{use: ...}`)."""

    part: str
    settings: dict[str, Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the part."""
        return registry.part(self.part)(*args, **(self.settings | kwargs))

    def content_key(self) -> str:
        """Changes with the part's source and the settings."""
        from calque.values.base import fingerprint

        return registry.source_key(self.part) + fingerprint([self.part, self.settings])


@dataclass(frozen=True)
class Step:
    """One call of a part: `arguments` as written, `each` names those that are walked."""

    name: str
    part: str
    arguments: dict[str, Any]
    each: tuple[str, ...] = ()

    def references(self) -> Iterator[str]:
        """Names of inputs and earlier steps that it uses."""
        yield from _references(self.arguments)


@dataclass(frozen=True)
class Recipe:
    """Named steps, the inputs that they start from, and what the toy run must give."""

    name: str
    file: Path
    about: str
    inputs: dict[str, Any]
    steps: tuple[Step, ...]
    paper: str | None = None
    partly: str | None = None
    expect: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The folder of recipes in which it stands."""
        return self.file.parent.name


def recipes() -> dict[str, Path]:
    """Every recipe that ships, by name: `family/name`, or the bare name where it is unique."""
    return {f"{file.parent.name}/{file.stem}": file for file in sorted(RECIPES.glob("*/*.yaml"))}


def find(name: str | Path) -> Path:
    """The file of a recipe given by its name, its family and name, or a path."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise BadFile(f"{path}: no such recipe file")
        return path
    known = recipes()
    matches = [file for full, file in known.items() if str(name) in (full, full.split("/")[1])]
    if len(matches) == 1:
        return matches[0]
    if matches:
        options = " or ".join(f"{file.parent.name}/{file.stem}" for file in matches)
        raise UnknownName(f"'{name}' names several recipes; say {options}")
    names = [*known, *(full.split("/")[1] for full in known)]
    raise UnknownName(f"no recipe named '{name}'{registry.near(str(name), names)}")


def read(name: str | Path) -> Recipe:
    """Read and check a recipe; BadRecipe lists everything that is wrong with it."""
    file = find(name)
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRecipe(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(tree, dict) or not isinstance(tree.get("steps"), dict) or not tree["steps"]:
        raise BadRecipe(f"{file.name}: a recipe has a mapping 'steps' with at least one step")
    wrong = [
        f"{file.name}: no key '{key}' in a recipe; there are: {', '.join(_KEYS)}"
        for key in tree
        if key not in _KEYS
    ]
    steps = []
    for step_name, body in tree["steps"].items():
        if not isinstance(body, dict) or not isinstance(body.get("use"), str):
            wrong.append(f"{file.name}, step '{step_name}': needs 'use: family.part'")
            continue
        each = body.get("each", [])
        arguments = {key: value for key, value in body.items() if key not in ("use", "each")}
        steps.append(Step(str(step_name), body["use"], arguments, tuple(each)))
    recipe = Recipe(
        name=file.stem,
        file=file,
        about=str(tree.get("about", "")),
        paper=tree.get("paper"),
        partly=tree.get("partly"),
        inputs=dict(tree.get("inputs") or {}),
        steps=tuple(steps),
        expect=dict(tree.get("expect") or {}),
    )
    wrong += list(problems(recipe))
    if wrong:
        raise BadRecipe("\n".join(wrong))
    return recipe


def problems(recipe: Recipe) -> Iterator[str]:
    """Everything that would make the recipe fail and can be known before it runs."""
    returned: dict[str, str] = dict.fromkeys(recipe.inputs, "")
    for step in recipe.steps:
        where = f"{recipe.file.name}, step '{step.name}'"
        try:
            info = registry.find(step.part)
        except UnknownName as error:
            yield f"{where}: {error}"
            returned[step.name] = ""
            continue
        for reference in step.references():
            if reference not in returned:
                yield f"{where}: '${reference}' is no input or earlier step{registry.near(reference, list(returned))}"
        for problem in _call_problems(info, step.arguments, step.each, returned):
            yield f"{where}: {problem}"
        if step.name in returned:
            yield f"{where}: the name is taken by an input or an earlier step"
        returned[step.name] = f"list[{info.returns}]" if step.each else info.returns
    for names in recipe.expect.values():
        for name in names:
            if name not in returned:
                yield f"{recipe.file.name}: 'expect' names '{name}', which is no step"


def _call_problems(info, arguments, each, returned, filled=False) -> Iterator[str]:
    known = {parameter.name: parameter for parameter in info.parameters}
    settings = [name for name, parameter in known.items() if parameter.setting]
    for name, value in arguments.items():
        if name not in known:
            yield f"{info.name} has no setting '{name}'; it has: {', '.join(settings or known)}"
            continue
        yield from _value_problems(info, known[name], value, name in each, returned)
    for name, parameter in known.items():
        # the data arguments of a callable are given by the part that calls it
        if (
            parameter.default is None
            and name not in arguments
            and not (filled and not parameter.setting)
        ):
            yield f"{info.name} needs '{name}'"
    for name in each:
        if name not in arguments:
            yield f"'each' names '{name}', which is not among the arguments given"


def _value_problems(info, parameter, value, walked, returned) -> Iterator[str]:
    if isinstance(value, dict) and "use" in value:
        try:
            inner = registry.find(value["use"])
        except UnknownName as error:
            yield str(error)
            return
        rest = {key: item for key, item in value.items() if key != "use"}
        yield from _call_problems(inner, rest, (), returned, filled=True)
        return
    if isinstance(value, str) and value.startswith("$"):
        made = returned.get(value[1:], "")
        if walked:
            made = re.sub(r"^list\[(.*)\]$", r"\1", made)
        if made and not _fits(made, parameter.annotation):
            yield f"{info.name} takes {parameter.annotation} as '{parameter.name}', but {value} is {made}"
        return
    kinds = [
        _LITERALS[name] for name in re.split(r"\s*\|\s*", parameter.annotation) if name in _LITERALS
    ]
    plain = isinstance(value, (bool, int, float, str))
    if len(kinds) == parameter.annotation.count("|") + 1 and plain:
        right = any(isinstance(value, kind) for kind in kinds)
        if isinstance(value, bool) and bool not in kinds:
            right = False
        if not right:
            yield f"{info.name}: setting '{parameter.name}' must be {parameter.annotation}, got {value!r}"


def _fits(made: str, wanted: str) -> bool:
    """Whether a result of type `made` may go where `wanted` is asked for; in doubt it may."""
    from calque import values

    names = set(values._HOME)
    made_names, wanted_names = set(re.findall(r"\w+", made)), set(re.findall(r"\w+", wanted))
    if not made_names & names or not wanted_names & names or "Value" in made_names | wanted_names:
        return True
    return bool(made_names & wanted_names & names)


def _references(tree: Any) -> Iterator[str]:
    if isinstance(tree, str) and tree.startswith("$"):
        yield tree[1:]
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from _references(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _references(item)


def resolve(tree: Any, known: dict[str, Any], parameter: str = "") -> Any:
    """An argument as it is given to the part: references looked up, parts filled in, paths made.

    known:     inputs and results of earlier steps by name
    parameter: the annotation of the argument; text becomes a path where it asks for one
    """
    if isinstance(tree, str) and tree.startswith("$"):
        return resolve(known[tree[1:]], {}, parameter) if tree[1:] in known else tree
    if isinstance(tree, dict) and "use" in tree:
        info = registry.find(tree["use"])
        types = {p.name: p.annotation for p in info.parameters}
        rest = {k: resolve(v, known, types.get(k, "")) for k, v in tree.items() if k != "use"}
        return Filled(tree["use"], rest)
    if isinstance(tree, dict):
        return {key: resolve(item, known) for key, item in tree.items()}
    if isinstance(tree, list):
        return [resolve(item, known, parameter) for item in tree]
    if isinstance(tree, str) and "Path" in parameter:
        return _path(tree, parameter)
    return tree


def _path(text: str, annotation: str) -> str | Path:
    shipped = registry.PACKAGE / text
    if text.startswith(("toy/", "commons/")) and shipped.exists():
        return shipped
    path = Path(text)
    # "minilm" or "org/name" may stand where a path may: a name stays a name
    return path if "str" not in re.findall(r"\w+", annotation) or path.exists() else text


def python(recipe: Recipe) -> str:
    """The recipe as a short program that runs and gives the same results."""
    from calque.values.base import Value

    imports = {"from calque import part"}
    lines = []
    for name, value in recipe.inputs.items():
        if isinstance(value, Value):
            raise BadRecipe(f"input '{name}' was given as a value; a program needs it as a path")
        lines.append(f"{_identifier(name)} = {value!r}")
    for step in recipe.steps:
        info = registry.find(step.part)
        types = {p.name: p.annotation for p in info.parameters}
        arguments = {
            k: _code(v, types.get(k, ""), recipe, imports) for k, v in step.arguments.items()
        }
        call = f'part("{step.part}")('
        if step.each:
            walked = ", ".join(f"_{name}" for name in step.each)
            sources = ", ".join(arguments[name] for name in step.each)
            zipped = f"zip({sources}, strict=True)" if len(step.each) > 1 else sources
            arguments |= {name: f"_{name}" for name in step.each}
            inner = ", ".join(f"{k}={v}" for k, v in arguments.items())
            lines.append(f"{_identifier(step.name)} = [{call}{inner}) for {walked} in {zipped}]")
        else:
            inner = ", ".join(f"{k}={v}" for k, v in arguments.items())
            lines.append(f"{_identifier(step.name)} = {call}{inner})")
    last = _identifier(recipe.steps[-1].name)
    text = "\n".join(
        [f'"""{recipe.about}"""', "", *sorted(imports), "", *lines, f"print({last})", ""]
    )
    ast.parse(text)
    return text


def _code(tree: Any, annotation: str, recipe: Recipe, imports: set[str]) -> str:
    if isinstance(tree, str) and tree.startswith("$"):
        name = tree[1:]
        if name in recipe.inputs and "Path" in annotation:
            given = resolve(recipe.inputs[name], {}, annotation)
            if isinstance(given, Path):
                return _code_path(given, imports)
        return _identifier(name)
    if isinstance(tree, dict) and "use" in tree:
        imports.add("from functools import partial")
        types = {p.name: p.annotation for p in registry.find(tree["use"]).parameters}
        rest = [
            f"{k}={_code(v, types.get(k, ''), recipe, imports)}"
            for k, v in tree.items()
            if k != "use"
        ]
        inner = f"part({tree['use']!r})"
        return f"partial({', '.join([inner, *rest])})"
    if isinstance(tree, dict):
        inner = ", ".join(f"{k!r}: {_code(v, '', recipe, imports)}" for k, v in tree.items())
        return "{" + inner + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_code(item, annotation, recipe, imports) for item in tree) + "]"
    made = resolve(tree, {}, annotation)
    return _code_path(made, imports) if isinstance(made, Path) else repr(made)


def _code_path(path: Path, imports: set[str]) -> str:
    imports.add("from pathlib import Path")
    if registry.PACKAGE in path.parents:
        imports.add("import calque")
        return f"Path(calque.__file__).parent / {str(path.relative_to(registry.PACKAGE))!r}"
    return f"Path({str(path)!r})"


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)
