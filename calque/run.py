"""Runs recipes: every step cached by its content, a killed run goes on, a receipt replays it."""

import hashlib
import json
import logging
import os
import platform
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from calque import recipe as recipes
from calque import registry
from calque.errors import BadFile, BadRecipe, BadSetting
from calque.progress import track
from calque.recipe import Recipe, Step
from calque.values import store
from calque.values.base import Value, fingerprint
from calque.workspace import home, replacing, working_in

log = logging.getLogger(__name__)


@dataclass
class Run:
    """The folder that a recipe left. Results are read from disk when they are asked for.

    recipe: what was run, with the inputs that were given
    folder: holds receipt.yaml and results.json
    keys:   cache key of each step
    costs:  per step: seconds, peak memory in MiB, and whether it came from the cache
    """

    recipe: Recipe
    folder: Path
    keys: dict[str, str]
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, step: str) -> Any:
        """The result of a step."""
        if step not in self._values:
            if step not in self.keys:
                raise BadSetting(
                    f"run of {self.recipe.name} has no step '{step}'; it has: {', '.join(self.keys)}"
                )
            self._values[step] = store.load(_place(self.keys[step]))
        return self._values[step]

    def summaries(self) -> dict[str, Any]:
        """One small thing per step: a score, a count, or a number."""
        return {step.name: summary(self[step.name]) for step in self.recipe.steps}


def run(
    name: str | Path | Recipe,
    inputs: dict[str, Any] | None = None,
    *,
    out: Path | None = None,
) -> Run:
    """Run a recipe and leave a folder with results and a receipt.

    name:   a recipe's name, file, or a `Recipe`
    inputs: replaces defaults of the recipe; paths, names, numbers, or values
    out:    the run's folder; `runs/<recipe>-<key>` where none is given
    """
    recipe = name if isinstance(name, Recipe) else recipes.read(name)
    recipe = with_inputs(recipe, inputs or {})
    keys = step_keys(recipe)
    last = keys[recipe.steps[-1].name]
    folder = Path(out) if out else Path("runs") / f"{recipe.name}-{last[:8]}"
    made = Run(recipe, folder, keys)
    for step in track(recipe.steps, recipe.name):
        made.costs[step.name] = _make(made, step)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / "receipt.yaml") as path:
        path.write_text(receipt(made), encoding="utf-8")
    with replacing(folder / "results.json") as path:
        results = {"recipe": recipe.name, "results": made.summaries(), "costs": made.costs}
        path.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    return made


def with_inputs(recipe: Recipe, inputs: dict[str, Any]) -> Recipe:
    """The recipe with other inputs; an unknown name is an error."""
    for name in inputs:
        if name not in recipe.inputs:
            raise BadRecipe(
                f"{recipe.name} has no input '{name}'{registry.near(name, list(recipe.inputs))}; "
                f"it has: {', '.join(recipe.inputs)}"
            )
    merged = recipe.inputs | inputs
    return Recipe(**{**recipe.__dict__, "inputs": merged})


def step_keys(recipe: Recipe) -> dict[str, str]:
    """A key per step that depends on its part's source, its settings, and all that goes in."""
    keys: dict[str, str] = {}
    seen: dict[Any, str] = {}
    for step in recipe.steps:
        info = registry.find(step.part)
        digest = hashlib.blake2b(registry.source_key(step.part).encode(), digest_size=16)
        digest.update(repr(step.each).encode())
        for name, argument in sorted(_arguments(recipe, step, {}).items()):
            digest.update(f"|{info.name}.{name}=".encode())
            digest.update(_key_of(argument, keys, seen, step).encode())
        keys[step.name] = digest.hexdigest()
    return keys


def _key_of(argument: Any, keys: dict[str, str], seen: dict[Any, str], step: Step) -> str:
    if isinstance(argument, str) and argument.startswith("$"):
        return keys[argument[1:]]  # an earlier step: what it is made from says what it is
    if isinstance(argument, recipes.Filled):
        inner = {k: _key_of(v, keys, seen, step) for k, v in argument.settings.items()}
        return registry.source_key(argument.part) + fingerprint([argument.part, inner])
    if isinstance(argument, dict):
        return fingerprint({k: _key_of(v, keys, seen, step) for k, v in argument.items()})
    if isinstance(argument, list):
        return fingerprint([_key_of(item, keys, seen, step) for item in argument])
    if isinstance(argument, Path):
        if not argument.exists():
            raise BadFile(f"{argument}: no such file or folder (step '{step.name}')")
        if argument not in seen:
            seen[argument] = fingerprint(argument)
        return seen[argument]
    if isinstance(argument, Value):
        if id(argument) not in seen:
            seen[id(argument)] = argument.fingerprint()
        return seen[id(argument)]
    return fingerprint(argument)


def _arguments(recipe: Recipe, step: Step, results: dict[str, Any]) -> dict[str, Any]:
    types = {p.name: p.annotation for p in registry.find(step.part).parameters}
    known = recipe.inputs | results
    return {
        name: recipes.resolve(tree, known, types.get(name, ""))
        for name, tree in step.arguments.items()
    }


def _make(made: Run, step: Step) -> dict[str, Any]:
    """Do one step unless it is done; returns what it cost."""
    place = _place(made.keys[step.name])
    if _usable(place):
        return json.loads((place / "cost.json").read_text()) | {"cached": True}
    with _alone(place):
        if _usable(place):  # another process did it while this one waited
            return json.loads((place / "cost.json").read_text()) | {"cached": True}
        log.info("step %s: %s", step.name, step.part)
        work = place.with_name(place.name + ".work")
        shutil.rmtree(work / "result", ignore_errors=True)
        results = {name: made[name] for name in step.references() if name in made.keys}
        with working_in(work), _measured() as cost:
            value = _call(step, _arguments(made.recipe, step, results))
        with replacing(place) as folder:
            store.save(value, folder, owned=work)
            (folder / "cost.json").write_text(json.dumps(cost))
        shutil.rmtree(work, ignore_errors=True)
        return cost | {"cached": False}


def _call(step: Step, arguments: dict[str, Any]) -> Any:
    function = registry.part(step.part)
    if not step.each:
        return function(**arguments)
    walked = [arguments.pop(name) for name in step.each]
    counts = [len(items) for items in walked]
    if len(set(counts)) > 1:
        sizes = ", ".join(f"{name}: {count}" for name, count in zip(step.each, counts, strict=True))
        raise BadRecipe(f"step '{step.name}' walks lists of different length ({sizes})")
    return [
        function(**dict(zip(step.each, items, strict=True)), **arguments)
        for items in track(list(zip(*walked, strict=True)), step.name)
    ]


def _place(key: str) -> Path:
    return home() / "steps" / key[:2] / key


def _usable(place: Path) -> bool:
    if not (place / "thing.json").is_file() or not (place / "cost.json").is_file():
        return False
    text = (place / "thing.json").read_text(encoding="utf-8")
    # a model folder that lies outside the cache may have gone since
    return all(Path(path).exists() for path in re.findall(r'\{"path": "(/[^"]*)"\}', text))


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Let one process at a time make a step; the others wait and then find it done."""
    import fcntl

    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(place.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _measured() -> Iterator[dict[str, Any]]:
    """Seconds and peak resident memory in MiB of what runs inside."""
    import psutil

    process = psutil.Process()
    cost: dict[str, Any] = {"seconds": 0.0, "peak_mib": process.memory_info().rss / 2**20}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            cost["peak_mib"] = max(cost["peak_mib"], process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    start = time.perf_counter()
    try:
        yield cost
    finally:
        stop.set()
        watcher.join()
        cost["seconds"] = round(time.perf_counter() - start, 3)
        cost["peak_mib"] = round(max(cost["peak_mib"], process.memory_info().rss / 2**20), 1)


def receipt(made: Run) -> str:
    """The recipe with the inputs that were used and what made it: a recipe that replays the run."""
    from calque import __version__

    recipe = made.recipe
    inputs = {}
    for name, value in recipe.inputs.items():
        if isinstance(value, Value):
            inputs[name] = f"<{type(value).__name__} {value.fingerprint()}>"
        else:
            inputs[name] = str(value) if isinstance(value, Path) else value
    steps = {
        step.name: {"use": step.part}
        | ({"each": list(step.each)} if step.each else {})
        | step.arguments
        for step in recipe.steps
    }
    tree: dict[str, Any] = {"about": recipe.about}
    if recipe.paper:
        tree["paper"] = recipe.paper
    tree |= {"inputs": inputs, "steps": steps}
    tree["receipt"] = {
        "calque": __version__,
        "python": platform.python_version(),
        "packages": _versions(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "keys": made.keys,
        "costs": made.costs,
    }
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in ("torch", "transformers", "tokenizers", "numpy", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def summary(thing: Any) -> Any:
    """One small thing that says what a result is: a number, a score's value, or a count."""
    from calque.values import Checkpoint, Links, Score

    if isinstance(thing, Score):
        return thing.value
    if isinstance(thing, Checkpoint):
        return str(thing.folder)
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, (list, tuple)):
        if thing and all(isinstance(item, Links) for item in thing):
            return sum(len(item) for item in thing)
        if (
            thing
            and len(thing) <= 20
            and all(isinstance(item, (float, int, Score)) for item in thing)
        ):
            return [summary(item) for item in thing]
        return len(thing)
    if isinstance(thing, dict):
        return {key: summary(item) for key, item in thing.items()}
    return len(thing) if hasattr(thing, "__len__") else type(thing).__name__


def differences(made: Run, case: str = "toy") -> list[str]:
    """Where the results are not what the recipe expects; a list of two is a range, ends included."""
    wrong = []
    for name, wanted in made.recipe.expect.get(case, {}).items():
        found = summary(made[name])
        if isinstance(wanted, list) and len(wanted) == 2:
            right = wanted[0] <= found <= wanted[1]
        elif isinstance(wanted, float):
            right = abs(found - wanted) <= 1e-6 * max(1.0, abs(wanted))
        else:
            right = found == wanted
        if not right:
            wrong.append(f"{made.recipe.name}: '{name}' is {found}, expected {wanted}")
    return wrong
