"""Recipes: named steps in YAML, each calling one part. Read and checked whole before anything runs.

The whole language: `use` names a part; `$x` is an input or an earlier step; `each` walks those
arguments item by item; `{use: ...}` inside an argument is the part itself, settings filled in.
"""

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from calque import registry
from calque.checking import problems
from calque.cost import metered
from calque.errors import BadFile, BadRecipe, UnknownName
from calque.progress import track

_KEYS = {
    "about": str,
    "paper": str,
    "partly": str,
    "inputs": dict,
    "steps": dict,
    "expect": dict,
    "receipt": dict,
}
_SHOWN = {str: "text", dict: "a mapping"}


@dataclass(frozen=True)
class Filled:
    """A part with settings filled in, given to another part as a callable (`{use: ...}`)."""

    part: str
    settings: dict[str, Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the part."""
        return metered(self.part)(*args, **(self.settings | kwargs))

    @property
    def __signature__(self) -> inspect.Signature:
        """What the part takes, for those who ask with `inspect.signature`."""
        return inspect.signature(registry.part(self.part))

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


def call(step: Step, arguments: dict[str, Any]) -> Any:
    """Call the part of a step, item by item where it walks."""
    function = metered(step.part)
    if not step.each:
        return function(**arguments)
    walked = [arguments.pop(name) for name in step.each]
    for name, items in zip(step.each, walked, strict=True):
        if not hasattr(items, "__len__") or isinstance(items, str):
            raise BadRecipe(f"'each' walks '{name}', which is {type(items).__name__}, not a list")
    counts = [len(items) for items in walked]
    if len(set(counts)) > 1:
        sizes = ", ".join(f"{name}: {count}" for name, count in zip(step.each, counts, strict=True))
        raise BadRecipe(f"'each' walks lists of different length ({sizes})")
    return [
        function(**dict(zip(step.each, items, strict=True)), **arguments)
        for items in track(list(zip(*walked, strict=True)), step.name)
    ]


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

    def reached(self, inputs: Collection[str]) -> set[str]:
        """Names of the steps that use any of these inputs, themselves or through earlier steps."""
        known = set(inputs)
        for step in self.steps:
            if known & set(step.references()):
                known.add(step.name)
        return known - set(inputs)


def recipes() -> dict[str, Path]:
    """Every recipe that ships, by name: `family/name`, or the bare name where it is unique."""
    files = sorted((registry.PACKAGE / "recipes").glob("*/*.yaml"))
    return {f"{file.parent.name}/{file.stem}": file for file in files}


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
    tree = written(file)
    wrong = list(_key_problems(file.name, tree))
    steps = []
    for step_name, body in tree["steps"].items():
        problem = _step_problem(body)
        if problem:
            wrong.append(f"{file.name}, step '{step_name}': {problem}")
            continue
        arguments = {key: value for key, value in body.items() if key not in ("use", "each")}
        steps.append(Step(str(step_name), body["use"], arguments, tuple(body.get("each", ()))))
    if wrong:  # of another shape than a recipe, so that nothing more can be said of it
        raise BadRecipe("\n".join(wrong))
    recipe = Recipe(
        name=file.stem,
        file=file,
        about=tree.get("about") or "",
        paper=tree.get("paper"),
        partly=tree.get("partly"),
        inputs=_beside(file, tree),
        steps=tuple(steps),
        expect=tree.get("expect") or {},
    )
    wrong += problems(recipe)
    if wrong:
        raise BadRecipe("\n".join(wrong))
    return recipe


def _beside(file: Path, tree: dict[str, Any]) -> dict[str, Any]:
    """The inputs; those of a receipt that lie below its folder are found there wherever this has gone."""
    inputs = tree.get("inputs") or {}
    if "receipt" not in tree:
        return inputs
    texts = {name: value for name, value in inputs.items() if isinstance(value, str)}
    found = {name: file.parent / value for name, value in texts.items()}
    return inputs | {name: str(path) for name, path in found.items() if path.is_file()}


# libyaml takes a tenth of the time; PyYAML is seldom built without it
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceEach(_Loader):
    """Refuses a key that stands twice in a mapping: one of the two would be lost silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """The mapping, with every key once."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        return super().construct_mapping(node, deep)


def written(file: Path) -> dict[str, Any]:
    """A recipe as its file states it, not checked yet."""
    try:
        # a subclass of the safe loader
        tree = yaml.load(file.read_text(encoding="utf-8"), Loader=_OnceEach)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRecipe(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    except OSError as error:
        raise BadFile(f"{file}: cannot be read: {error.strerror}") from error
    if not isinstance(tree, dict) or not isinstance(tree.get("steps"), dict) or not tree["steps"]:
        raise BadRecipe(f"{file.name}: a recipe has a mapping 'steps' with at least one step")
    return tree


def _key_problems(where: str, tree: dict) -> Iterator[str]:
    for key, value in tree.items():
        if key not in _KEYS:
            yield f"{where}: no key '{key}' in a recipe; there are: {', '.join(_KEYS)}"
        elif value is not None and not isinstance(value, _KEYS[key]):
            yield f"{where}: '{key}' must be {_SHOWN[_KEYS[key]]}, got {value!r}"
    inputs, expect = (tree.get(key) for key in ("inputs", "expect"))
    for name in inputs if isinstance(inputs, dict) else ():
        if not isinstance(name, str):
            yield f"{where}: the name of an input must be text, got {name!r}; put it in quotes"
    for case, values in expect.items() if isinstance(expect, dict) else ():
        if not isinstance(values, dict):
            yield f"{where}: 'expect: {case}' must be a mapping of steps to values, got {values!r}"


def _step_problem(body: Any) -> str | None:
    if not isinstance(body, dict) or not isinstance(body.get("use"), str):
        return "needs 'use: family.part'"
    each = body.get("each", [])
    if not isinstance(each, list) or not all(isinstance(name, str) for name in each):
        return f"'each' must be a list of names of arguments, got {each!r}"
    wrong = [key for key in body if not isinstance(key, str)]
    return f"the name of an argument must be text, got {wrong[0]!r}" if wrong else None


def _references(tree: Any) -> Iterator[str]:
    if isinstance(tree, str) and tree.startswith("$"):
        yield tree[1:]
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from _references(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _references(item)


def resolve(
    tree: Any, inputs: Mapping[str, Any], results: Mapping[str, Any], annotation: str = ""
) -> Any:
    """An argument as it is given to the part: references looked up, parts filled in, paths made.

    inputs:     by name, as they are written; text becomes a path where `annotation` asks for one
    results:    of earlier steps by name, given on as they are
    annotation: type of the argument
    """
    if isinstance(tree, str) and tree.startswith("$"):
        name = tree[1:]
        if name in results:
            return results[name]
        return resolve(inputs[name], {}, {}, annotation) if name in inputs else tree
    if isinstance(tree, dict) and "use" in tree:
        types = annotations(tree["use"])
        rest = {
            k: resolve(v, inputs, results, types.get(k, "")) for k, v in tree.items() if k != "use"
        }
        return Filled(tree["use"], rest)
    if isinstance(tree, dict):
        return {key: resolve(item, inputs, results, annotation) for key, item in tree.items()}
    if isinstance(tree, list):
        return [resolve(item, inputs, results, annotation) for item in tree]
    if isinstance(tree, str) and "Path" in annotation:
        return _path(tree, annotation)
    return tree


def annotations(part: str) -> dict[str, str]:
    """Type of each argument of a part, as its source states it."""
    return {parameter.name: parameter.annotation for parameter in registry.find(part).parameters}


def _path(text: str, annotation: str) -> str | Path:
    shipped = registry.PACKAGE / text
    if text.startswith(("toy/", "commons/")) and shipped.exists():
        return shipped
    path = Path(text).expanduser()
    # "minilm" or "org/name" may stand where a path may: a name stays a name
    return path if "str" not in re.findall(r"\w+", annotation) or path.exists() else text
