"""Strategies of transfer: each is a recipe whose inputs say what it needs."""

import os
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from calque import recipe as recipes
from calque.errors import BadRecipe, BadSetting, UnknownName
from calque.recipe import Recipe
from calque.registry import near
from calque.resources import Resources
from calque.values import Bitext, Checkpoint, Labelled

_LEARNED = {"train", "dev", "parallel", "text", "few"}
_FACTS = {"task", "source", "target", "base", "seed", "checkpoint"}
# recipes in calque/recipes/transfer that judge models instead of making one
_JUDGES = ("evaluate", "evaluate-plain", "evaluate-answers")
_ON_TOP = "few-shot"
# a head that reads one vector of one text, labels that stand at words; the others take any task
_ONLY = {"spelled": "class"} | dict.fromkeys(
    ("projected", "projected-joint", "projected-staged", "back-projected"), "tags"
)
_LEVELS = {"few": "T3", "parallel": "T2", "text": "T1"}
# floating-point operations per parameter and piece: forward and backward, or forward alone
_TRAINING, _READING = 6, 2
_PIECES_PER_WORD = 1.5
# parts that train on examples and on texts, and how often over: sparse tuning does all of it twice
_TUNES = {"models.tune": 1, "models.snapshots": 1, "models.tune_patch": 1, "models.sparse_tune": 2}
_READS = {
    "models.imitate": 1,
    "models.masked": 1,
    "models.masked_patch": 1,
    "models.sparse_masked": 2,
}


@dataclass(frozen=True)
class Strategy:
    """One way to a model for the target.

    recipe: leaves the model as its step `model`
    after:  the strategy whose model it goes on from (few-shot), or None
    level:  supervision that it uses, "T0" to "T3"
    seconds: expected, on this machine
    """

    recipe: Recipe
    after: str | None
    level: str
    seconds: float

    @property
    def name(self) -> str:
        """The recipe's name, after that of the strategy it goes on from."""
        return f"{self.after}+{self.recipe.name}" if self.after else self.recipe.name


def plan(resources: Resources, parameters: float, only: list[str] | None = None) -> list[Strategy]:
    """The strategies that the resources allow, cheap ones first.

    parameters: of the model's body, without embeddings
    only:       names of the ones wanted, or paths of recipes of the user's own
    """
    names = [full.split("/")[1] for full in recipes.recipes() if full.startswith("transfer/")]
    own = [name for name in only or [] if name.endswith((".yaml", ".yml"))]
    found = [recipes.read(f"transfer/{name}") for name in names if name not in _JUDGES]
    found += [recipes.read(name) for name in own]
    # what chooses and what is reported on is no input of a strategy, whoever wrote it
    given = set(resources.files) & _LEARNED | _FACTS
    rate = _rate()
    first, on_top = [], []
    for recipe in found:
        if resources.kind != _ONLY.get(recipe.name, resources.kind):
            continue
        if not set(recipe.inputs) <= given:
            if recipe.file.parent.name != "transfer":
                missing = ", ".join(sorted(set(recipe.inputs) - given))
                raise BadRecipe(
                    f"{recipe.file}: a strategy cannot have these inputs here: {missing}"
                )
            continue
        seconds = _operations(recipe, resources, parameters) / rate
        chain = first if recipe.name != _ON_TOP else on_top
        chain.append(Strategy(recipe, None, _level(recipe), seconds))
    first.sort(key=lambda strategy: strategy.seconds)
    plans = first + [
        Strategy(extra.recipe, base.name, extra.level, base.seconds + extra.seconds)
        for extra in on_top
        for base in first
    ]
    return plans if only is None else _wanted(plans, only, resources.kind)


def _wanted(plans: list[Strategy], only: list[str], kind: str) -> list[Strategy]:
    """The strategies named, with those that they go on from."""
    known = {strategy.name: strategy for strategy in plans}
    names = [Path(name).stem if name.endswith((".yaml", ".yml")) else name for name in only]
    for name in names:
        can = _ONLY.get(name.partition("+")[0], kind)
        if can != kind:
            raise BadSetting(
                f"strategy '{name}' is for examples of task '{can}' alone, these are of task '{kind}'; "
                f"there are: {', '.join(known)}"
            )
        if name not in known:
            raise UnknownName(
                f"no strategy '{name}' that these resources allow{near(name, list(known))}; "
                f"there are: {', '.join(known)}"
            )
    names += [str(known[name].after) for name in names]
    return [strategy for strategy in plans if strategy.name in names]


def _level(recipe: Recipe) -> str:
    return next((level for name, level in _LEVELS.items() if name in recipe.inputs), "T0")


def _operations(recipe: Recipe, resources: Resources, parameters: float) -> float:
    """What the recipe's training steps cost: pieces seen, times parameters."""
    train = _words(resources.labelled["train"])
    parallel = 0.0 if resources.pairs is None else _length(resources.pairs) * len(resources.pairs)
    few = _words(resources.labelled["few"]) if "few" in resources.labelled else 0
    foreign = recipe.reached({"parallel", "text"})
    words = 0.0
    for step in recipe.steps:
        if step.part in _TUNES:
            epochs = _TUNES[step.part] * step.arguments.get("epochs", 3)
            words += epochs * (few if recipe.name == _ON_TOP else train)
        elif step.part in _READS:
            epochs = _READS[step.part] * step.arguments.get("epochs", 1)
            for name in ("texts", "also"):
                if read := str(step.arguments.get(name, "")).removeprefix("$"):
                    words += epochs * (parallel if read in foreign else train)
    return words * _PIECES_PER_WORD * _TRAINING * parameters


def _length(pairs: Bitext) -> float:
    """Words of a source sentence: those of the first pairs tell."""
    some = [len(source.split()) for source, _ in islice(pairs, 1000)]
    return sum(some) / max(len(some), 1)


def _words(examples: Labelled) -> int:
    names = ("text", "text_b", "words", "context", "question")
    return sum(
        len(value.split()) if isinstance(value, str) else len(value)
        for row in examples
        for name, value in row.items()
        if name in names and not (name == "text" and "words" in row)
    )


def _rate() -> float:
    """Floating-point operations per second that training reaches here, from a short trial."""
    size = 64  # too small for BLAS to spread over cores, where it would wait for busy ones
    left = np.random.default_rng(0).random((size, size), dtype=np.float32)
    best, end = float("inf"), time.perf_counter() + 0.1
    while (start := time.perf_counter()) < end:
        np.matmul(left, left)
        best = min(best, time.perf_counter() - start)  # what else runs here slows the others down
    # a transformer of short sentences reaches about a third of what small products of matrices do
    return 2 * size**3 / best * (os.cpu_count() or 1) / 3


def body_parameters(checkpoint: Checkpoint) -> float:
    """Parameters of the layers, read off the configuration: those that every piece passes through."""
    config = checkpoint.config
    width = config.get("hidden_size") or config.get("dim") or config.get("n_embd") or 768
    layers = (
        config.get("num_hidden_layers") or config.get("n_layers") or config.get("n_layer") or 12
    )
    inner = config.get("intermediate_size") or config.get("hidden_dim") or 4 * width
    return float(layers * (4 * width**2 + 2 * width * inner))
