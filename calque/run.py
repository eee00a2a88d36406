"""Runs recipes: every step cached by its content, a killed run goes on, a receipt replays it."""

import json
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from calque import launched, registry, twins
from calque import recipe as recipes
from calque.checking import problems
from calque.cost import measured
from calque.errors import BadFile, BadRecipe, BadSetting
from calque.keys import naming, resolved, step_keys
from calque.progress import track
from calque.receipt import receipt
from calque.recipe import Recipe, Step, call
from calque.summary import agrees, summary
from calque.values import store
from calque.values.base import fingerprint
from calque.workspace import home, replacing, working_in

log = logging.getLogger(__name__)
_LOOP = "models/train.py"  # parts that reach it train


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
        return {step.name: self.summary(step.name) for step in self.recipe.steps}

    def kind(self, step: str) -> str | None:
        """Name of the value that a step gave, as "Table"; None for what is none. Loads nothing."""
        return store.kind(_place(self.keys[step]))

    def summary(self, step: str) -> Any:
        """One small thing that says what a step gave, without loading the result where it can be."""
        place = _place(self.keys[step]) / "summary.json"
        if place.is_file():
            return json.loads(place.read_text(encoding="utf-8"))
        return summary(self[step])


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
    folder = Path(out) if out else Path("runs") / f"{recipe.name}-{fingerprint(keys)[:8]}"
    made, there = Run(recipe, folder, keys), folder.exists()
    _make_folder(made.folder, "give another folder")
    try:
        for step in track(recipe.steps, recipe.name):
            with naming(step, recipe):
                made.costs[step.name] = _make(made, step)
    except BaseException:
        if not there:
            with suppress(OSError):  # it may hold what another run put there
                folder.rmdir()
        raise
    if not launched.first():
        return made
    with naming(None, recipe):
        results = {"recipe": recipe.name, "results": made.summaries(), "costs": made.costs}
        with replacing(made.folder / "receipt.yaml") as path:
            path.write_text(receipt(recipe, keys, made.costs), encoding="utf-8")
        for step in recipe.steps:
            if registry.find(step.part).returns == "Page" and not step.each:
                with replacing(made.folder / f"{step.name}.html") as path:
                    path.write_text(made[step.name].html, encoding="utf-8")
        with replacing(made.folder / "results.json") as path:
            path.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    return made


def with_inputs(recipe: Recipe, inputs: dict[str, Any]) -> Recipe:
    """The recipe with other inputs, checked again; an unknown name is an error."""
    for name in inputs:
        if name not in recipe.inputs:
            raise BadRecipe(
                f"{recipe.name} has no input '{name}'{registry.near(name, list(recipe.inputs))}; "
                f"it has: {', '.join(recipe.inputs) or 'none'}"
            )
    recipe = replace(recipe, inputs=recipe.inputs | inputs)
    wrong = list(problems(recipe))
    if wrong:
        raise BadRecipe("\n".join(wrong))
    return recipe


def _make(made: Run, step: Step) -> dict[str, Any]:
    """Do one step unless it is done; returns what it cost and its summary."""
    place = _place(made.keys[step.name])
    if launched.several() and any(registry.reaches(name, _LOOP) for name in _parts(step)):
        return _make_together(made, step, place)
    if _usable(place):
        return _cost(place) | {"cached": True}
    _make_folder(place.parent, "set CALQUE_HOME to a folder of yours")
    with _alone(place):
        if _usable(place):  # another process did it while this one waited
            return _cost(place) | {"cached": True}
        arguments = arguments_of(made, step)
        twin = twins.name_of(step, arguments)
        other = twins.known(twin)
        lent = other is not None and _usable(other)
        if other is not None and lent:
            cost = _lent(other, place)
        else:
            work = _cleared(place)
            value, cost = _done(step, arguments, work)
            _keep(value, cost, place, work)
        twins.remember(twin, place)
        return cost | {"cached": lent}


def _lent(other: Path, place: Path) -> dict[str, Any]:
    """Make the result of another step this one's, which costs next to nothing."""
    with replacing(place) as folder:
        with measured() as cost:
            twins.lend(other, folder)
        cost["made"] = _cost(other).get("made", _cost(other))
        (folder / "cost.json").unlink()  # a link still: what the other one cost stays as it is
        (folder / "cost.json").write_text(json.dumps(cost))
    return cost


def _parts(step: Step) -> Iterator[str]:
    """The part of a step, and those that are its arguments."""
    yield step.part
    trees = list(step.arguments.values())
    while trees:
        tree = trees.pop()
        if isinstance(tree, dict):
            if "use" in tree:
                yield tree["use"]
            trees += tree.values()
        elif isinstance(tree, list):
            trees += tree


def _make_together(made: Run, step: Step, place: Path) -> dict[str, Any]:
    """Do a step that trains in all processes of a launch at once: its loop waits for each of them.

    The first one holds the lock against other runs, says whether there is anything to do, and stores.
    """
    from calque.models.running import agreed

    with ExitStack() as held:
        if launched.first():
            _make_folder(place.parent, "set CALQUE_HOME to a folder of yours")
            held.enter_context(_alone(place))
        if agreed(_usable(place)):
            return _cost(place) | {"cached": True}
        work = _cleared(place) if launched.first() else _work(place)
        launched.wait()
        value, cost = _done(step, arguments_of(made, step), work)
        launched.wait()  # what is stored is moved away from under the others
        if launched.first():
            _keep(value, cost, place, work)
        launched.wait()
    return _cost(place) | {"cached": False}


def _work(place: Path) -> Path:
    return place.with_name(place.name + ".work")


def _cleared(place: Path) -> Path:
    """The folder of work in progress, without what a killed process left half-written."""
    for left in place.parent.glob(f".{place.name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(_work(place) / "result", ignore_errors=True)
    return _work(place)


def _done(step: Step, arguments: dict[str, Any], work: Path) -> tuple[Any, dict[str, Any]]:
    log.info("step %s: %s", step.name, step.part)
    registry.part(step.part)  # torch takes seconds to come, which are no step's
    with working_in(work), measured() as cost:
        value = call(step, arguments)
    return value, cost


def _keep(value: Any, cost: dict[str, Any], place: Path, work: Path) -> None:
    with replacing(place) as folder:
        store.save(value, folder, owned=work)
        (folder / "cost.json").write_text(json.dumps(cost))
        if not any(child.is_dir() for child in folder.iterdir()):  # a model names its folder
            small = json.dumps(summary(value), ensure_ascii=False)
            (folder / "summary.json").write_text(small, encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)


def arguments_of(made: Run, step: Step) -> dict[str, Any]:
    """What a step is called with: inputs, and the stored results of earlier steps."""
    results = {name: made[name] for name in step.references() if name in made.keys}
    return resolved(made.recipe, step, results)


def _cost(place: Path) -> dict[str, Any]:
    return json.loads((place / "cost.json").read_text())


def _make_folder(folder: Path, remedy: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile(f"{folder}: cannot be made ({error.strerror}); {remedy}") from error


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

    with place.with_name(place.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def differences(made: Run, case: str = "toy") -> list[str]:
    """Where the results are not what the recipe expects; a list of two is a range, ends included."""
    wrong = []
    for name, wanted in made.recipe.expect.get(case, {}).items():
        found = made.summary(name)
        if not agrees(found, wanted):
            wrong.append(f"{made.recipe.name}: '{name}' is {found}, expected {wanted}")
    return wrong


def reopen(folder: Path) -> Run:
    """The run that left this folder; its results are there as long as the cache holds them."""
    file = Path(folder) / "receipt.yaml"
    if not file.is_file():
        raise BadFile(f"{folder}: no receipt.yaml; is this the folder of a run?")
    facts = recipes.written(file).get("receipt") or {}
    if not isinstance(facts.get("keys"), dict):
        raise BadFile(f"{file}: has no 'receipt: keys'; it is a recipe that was not run")
    return Run(recipes.read(file), Path(folder), facts["keys"], facts.get("costs") or {})
