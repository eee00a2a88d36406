"""The ways that one run compares: what each scores, what it cost to develop, and what it costs to use.

A way is a step that scores predictions. What its predictions come from is told by the inputs: steps that use one
whose name begins with "test" are done again for whatever is asked later, all others once, beforehand.

Source: Rosa et al. 2021, "A cost-benefit analysis of cross-lingual transfer methods",
https://arxiv.org/abs/2105.06813
"""

import time
from collections.abc import Callable
from functools import partial
from statistics import mean, median
from typing import Any

from calque import registry
from calque.cost import measured, once
from calque.errors import BadRecipe, BadSetting, BadValue
from calque.keys import resolved
from calque.maths.front import front
from calque.models.predicting import predictor
from calque.prices import Prices
from calque.progress import track
from calque.recipe import Recipe, Step, call
from calque.remembered import asking_anew
from calque.run import Run
from calque.values import Score, Table
from calque.values.base import fingerprint

_ASKED = "test"
_PREDICTS = "models.predict"
_THOUSAND = 1000


def ways(
    made: Run,
    prices: Prices,
    *,
    most: int = 16,
    repeats: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> Table:
    """One row for each way, with figures that are measured once and kept beside the run.

    Development: seconds and translated characters of all steps before the test examples, those that several ways
    share counted for each. Use: milliseconds and translated characters of an example alone, the sum over its steps of
    their medians, models opened before, nothing remembered. `front_develop` and `front_use` say that no way scores as
    much for less.

    prices:  of both
    most:    test examples that are asked, each step of each `repeats` times after one time that does not count
    clock:   seconds; another one than the machine's for tests
    """
    if most < 1 or repeats < 1:
        raise BadSetting(f"ways: most and repeats must be positive, got {most} and {repeats}")
    behind = scored(made.recipe)
    scores = [step for step in made.recipe.steps if step.name in behind]
    wanted = {step.name for _, after in behind.values() for step in after}
    asked = [step for step in made.recipe.steps if step.name in wanted]
    name = fingerprint([[made.keys[step.name] for step in asked], most, repeats])
    measure = partial(_used, made, asked, most, repeats, clock)
    use = once(made.folder / "use.json", name, measure)
    rows = [_row(made, step, *behind[step.name], use, prices) for step in scores]
    for cost, mark in (("develop_cost", "front_develop"), ("cost_per_1000", "front_use")):
        found = front([(row[cost], row["value"]) for row in rows])
        for row, best in zip(rows, found, strict=True):
            row[mark] = best
    return Table(tuple(rows))


def scored(recipe: Recipe) -> dict[str, tuple[list[Step], list[Step]]]:
    """The steps before each way, by its name: those done beforehand, and those done for what is asked.

    Known before the recipe runs; BadRecipe where no ways can be compared.
    """
    return {step.name: _behind(recipe, step) for step in _scores(recipe)}


def _scores(recipe: Recipe) -> list[Step]:
    """The steps that score predictions by the metric that comes first."""
    found = [
        step
        for step in recipe.steps
        if registry.find(step.part).returns == "Score"
        and not step.each
        and str(step.arguments.get("predictions", "")).startswith("$")
    ]
    if not found:
        raise BadRecipe(f"{recipe.name}: no step scores predictions, so no ways are compared")
    return [step for step in found if step.part == found[0].part]


def _behind(recipe: Recipe, score: Step) -> tuple[list[Step], list[Step]]:
    """The steps that predictions come from: those done beforehand, and those done for what is asked."""
    asked = recipe.reached([name for name in recipe.inputs if name.startswith(_ASKED)])
    wanted, found = {score.arguments["predictions"].removeprefix("$")}, []
    for step in reversed(recipe.steps):
        if step.name in wanted:
            wanted |= set(step.references())
            found.insert(0, step)
    after = [step for step in found if step.name in asked]
    if not after:
        raise BadRecipe(
            f"{recipe.name}: what '{score.name}' scores uses no input whose name begins with '{_ASKED}', "
            "so what is asked cannot be told from what is learned from"
        )
    return [step for step in found if step.name not in asked], after


def _row(
    made: Run,
    score: Step,
    before: list[Step],
    after: list[Step],
    use: dict[str, list[float]],
    prices: Prices,
) -> dict[str, Any]:
    told: Score = made[score.name]
    costs = [made.costs[step.name] for step in before]
    spent = [cost.get("made", cost) for cost in costs]  # of a lent result, what it cost elsewhere
    seconds = sum(cost["seconds"] for cost in spent)
    characters = sum(cost.get("characters", 0) for cost in spent)
    latency, each = (sum(use[step.name][k] for step in after if step.name in use) for k in (0, 1))
    return {
        "way": score.name,
        "metric": told.metric,
        "value": told.value,
        "low": told.low,
        "high": told.high,
        "n": told.n,
        "develop_seconds": round(seconds, 3),
        "develop_translating": round(sum(cost.get("translating", 0.0) for cost in spent), 3),
        "develop_characters": characters,
        "develop_cost": prices.of(seconds, characters),
        "latency_ms": round(latency, 3),
        "characters_per_1000": round(_THOUSAND * each),
        # a thousand times so many milliseconds are as many seconds
        "cost_per_1000": prices.of(latency, _THOUSAND * each),
    }


def _used(
    made: Run, steps: list[Step], most: int, repeats: int, clock: Callable[[], float]
) -> dict[str, list[float]]:
    """Of each step median milliseconds, and mean translated characters, of test examples that come one by one.

    What reads the test files is no step of an example that comes by itself.
    """
    names = {step.name for step in steps}
    given = {s.name: made[s.name] for s in steps if not names & set(s.references())}
    sizes = {n: len(thing) if hasattr(thing, "__len__") else 0 for n, thing in given.items()}
    size = max(sizes.values())
    if not size:
        raise BadValue(f"{made.recipe.name}: there are no test examples to ask")
    asked = [step for step in steps if step.name not in given]
    taken: dict[str, list[float]] = {step.name: [] for step in asked}
    characters: dict[str, list[int]] = {step.name: [] for step in asked}
    opened: dict[str, Callable[..., Any]] = {}
    with asking_anew():
        for row in track(range(min(most, size)), "asking one by one"):
            own = {n: _alone(x, row) if sizes[n] == size else x for n, x in given.items()}
            for step in asked:
                known = {n: made[n] for n in step.references() if n in made.keys and n not in names}
                answer = _answer(made, step, known | own, opened)
                own[step.name] = answer()
                for _ in range(repeats):
                    with measured() as cost:
                        start = clock()
                        answer()
                        taken[step.name].append(clock() - start)
                    characters[step.name].append(cost.get("characters", 0))
    return {n: [1000 * median(taken[n]), mean(characters[n])] for n in taken}


def _alone(thing: Any, row: int) -> Any:
    return thing.take([row]) if hasattr(thing, "take") else thing[row : row + 1]


def _answer(
    made: Run, step: Step, results: dict[str, Any], opened: dict[str, Callable[..., Any]]
) -> Callable[[], Any]:
    """What a step has to do for an example; a model is opened once, as a service would."""
    arguments = resolved(made.recipe, step, results)
    if step.part != _PREDICTS:
        # a copy, as what walks takes its lists out
        return lambda: call(step, dict(arguments))
    examples = arguments.pop("examples")
    if step.name not in opened:
        opened[step.name] = predictor(task=examples.task, **arguments)
    return partial(opened[step.name], examples)
