"""What can be known to be wrong with a recipe before it runs: names, arguments and types."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calque import registry, values
from calque.errors import UnknownName
from calque.registry import Parameter, PartInfo

if TYPE_CHECKING:
    from calque.recipe import Recipe

_LITERALS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "Path": (str, Path),
    "None": (type(None),),
}
_MANY = re.compile(r"^(list|Sequence|Iterable|Collection)\[(.*)\]$")


def problems(recipe: "Recipe") -> Iterator[str]:
    """Everything that would make the recipe fail and can be known before it runs."""
    returned: dict[str, str] = {}
    used = set()
    for step in recipe.steps:
        where = f"{recipe.file.name}, step '{step.name}'"
        if step.name in returned or step.name in recipe.inputs:
            yield f"{where}: the name is taken by an input or an earlier step"
        for reference in step.references():
            used.add(reference)
            known = [*recipe.inputs, *returned]
            if reference not in known:
                near = registry.near(reference, known)
                yield f"{where}: '${reference}' is no input or earlier step{near}"
        try:
            info = registry.find(step.part)
        except UnknownName as error:
            yield f"{where}: {error}"
            returned[step.name] = ""
            continue
        for problem in _Call(recipe.inputs, returned, step.each).problems(info, step.arguments):
            yield f"{where}: {problem}"
        returned[step.name] = f"list[{info.returns}]" if step.each else info.returns
    for name in recipe.inputs:
        if name not in used:
            yield f"{recipe.file.name}: no step uses the input '{name}'"
    for expected in recipe.expect.values():
        for name in expected:
            if name not in returned:
                yield f"{recipe.file.name}: 'expect' names '{name}', which is no step"


class _Call:
    """Checks the arguments of one step, and of the parts filled in among them.

    inputs:   of the recipe, by name
    returned: type of the result of each earlier step, as its source states it
    each:     arguments that are walked item by item
    """

    def __init__(self, inputs: dict[str, Any], returned: dict[str, str], each: tuple[str, ...]):
        self.inputs = inputs
        self.returned = returned
        self.each = each

    def problems(self, info: PartInfo, arguments: dict[str, Any]) -> Iterator[str]:
        """Of the step itself."""
        yield from self.arguments(info, arguments)
        for parameter in info.parameters:
            if parameter.default is None and parameter.name not in arguments:
                yield f"{info.name} needs '{parameter.name}'"
        for name in self.each:
            if name not in arguments:
                yield f"'each' names '{name}', which is not among the arguments given"

    def arguments(self, info: PartInfo, arguments: dict[str, Any]) -> Iterator[str]:
        """Of the arguments that are given, to the step's part or to one filled in."""
        known = {parameter.name: parameter for parameter in info.parameters}
        settings = [name for name, parameter in known.items() if parameter.setting]
        for name, value in arguments.items():
            if name in known:
                yield from self.value(info, known[name], value, name in self.each)
            else:
                near = registry.near(str(name), list(known))
                has = ", ".join(settings or known) or "none"
                yield f"{info.name} has no setting '{name}'{near}; it has: {has}"

    def value(
        self, info: PartInfo, parameter: Parameter, value: Any, walked: bool
    ) -> Iterator[str]:
        """Of one argument, as the recipe writes it."""
        name = value[1:] if isinstance(value, str) and value.startswith("$") else None
        if name is None:
            yield from self.given(info, parameter, value, walked)
        elif name in self.inputs:
            yield from self.given(info, parameter, self.inputs[name], walked)
        elif self.returned.get(name):
            yield from _misfit(info, parameter, value, self.returned[name], walked)

    def given(
        self, info: PartInfo, parameter: Parameter, value: Any, walked: bool
    ) -> Iterator[str]:
        """Of what stands there in the end, unless an earlier step makes it."""
        for tree in _parts_in(value):
            yield from self.filled(tree)
        if type(value).__name__ in values._HOME:
            yield from _misfit(info, parameter, "what is given", type(value).__name__, walked)
        elif not walked:
            yield from _literal(info, parameter, value)
        elif isinstance(value, list):
            for item in value:
                if not (isinstance(item, str) and item.startswith("$")):
                    yield from _literal(info, parameter, item)

    def filled(self, tree: dict[str, Any]) -> Iterator[str]:
        """Of a part given as an argument; who calls it may give its data arguments."""
        try:
            inner = registry.find(str(tree["use"]))
        except UnknownName as error:
            yield str(error)
            return
        given = {name: item for name, item in tree.items() if name != "use"}
        yield from _Call(self.inputs, self.returned, ()).arguments(inner, given)
        for parameter in inner.parameters:
            if parameter.setting and parameter.default is None and parameter.name not in given:
                yield f"{inner.name} needs '{parameter.name}'"


def _parts_in(tree: Any) -> Iterator[dict[str, Any]]:
    """The outermost `{use: ...}` of an argument; what is inside them is checked with them."""
    if isinstance(tree, dict) and "use" in tree:
        yield tree
    elif isinstance(tree, (dict, list)):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _parts_in(item)


def _literal(info: PartInfo, parameter: Parameter, value: Any) -> Iterator[str]:
    names = re.split(r"\s*\|\s*", parameter.annotation)
    if not all(name in _LITERALS for name in names):
        return
    kinds = tuple(kind for name in names for kind in _LITERALS[name])
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"{info.name}: setting '{parameter.name}' must be {parameter.annotation}, got {value!r}"
    elif parameter.name == "seed" and isinstance(value, int) and value < 0:
        yield f"{info.name}: setting 'seed' must be at least 0, got {value}"


def _misfit(
    info: PartInfo, parameter: Parameter, what: str, made: str, walked: bool
) -> Iterator[str]:
    if walked:
        many = _MANY.match(made)
        made = many[2] if many else ""  # only the value knows what it gives item by item
    if made and not _fits(made, parameter.annotation):
        hint = ""
        if not walked and _MANY.match(made) and _fits(made[5:-1], parameter.annotation):
            hint = f"; walk it with each: [{parameter.name}]"
        wanted = parameter.annotation
        yield f"{info.name} takes {wanted} as '{parameter.name}', but {what} is {made}{hint}"


def _fits(made: str, wanted: str) -> bool:
    """Whether a result of type `made` may go where `wanted` is asked for; in doubt it may."""
    names = set(values._HOME)
    made_names, wanted_names = set(re.findall(r"\w+", made)), set(re.findall(r"\w+", wanted))
    one = made in names or made == "np.ndarray"
    if one and (many := _MANY.match(wanted)) and many[2] == made:
        return False  # one of them where many are asked for
    if made.startswith("list[") and wanted == made[5:-1]:
        return False  # many where one is asked for
    if made in names - {"Predictions"} and wanted.startswith(("Sequence", "list")):
        return wanted_names & names == {made}  # a value is no list, save predictions
    if made in names and wanted_names <= {*_LITERALS} and wanted_names:
        return False  # a value where a number, text or path is asked for
    if not made_names & names or not wanted_names & names or "Value" in made_names | wanted_names:
        return True
    return bool(made_names & wanted_names & names)
