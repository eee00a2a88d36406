"""Labels of one script serve another one, where texts of both were seen with their romanization."""

from functools import partial
from itertools import chain

import pytest
import torch
from planted_scripts import CYRILLIC, GREEK, scripts

from calque.models.predict import predict
from calque.models.tune import tune
from calque.models.tune_script import tune_script
from calque.objectives.contrast import contrast
from calque.objectives.random_mask import random_mask

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def world():
    return scripts(240, words=20)


@pytest.fixture(scope="module")
def models(world, tmp_path_factory):
    """The encoder before, and as TransliCo and PPA train it; neither sees a text in two scripts."""
    before = world.encoder(tmp_path_factory.mktemp("before"))
    train = partial(
        tune_script, before, world.bitext, masker=random_mask,
        contrast=partial(contrast, weight=1.0), epochs=12, learning_rate=1e-2,
    )  # fmt: skip
    return {"before": before, "translico": train(), "ppa": train(joint=True)}


def told(world, checkpoint, task):
    """Share of right labels in Greek letters, of a head on a frozen body that learned Cyrillic ones."""
    learned, test = (
        world.labelled(task, table, count, seed)
        for table, count, seed in ((CYRILLIC, 160, 1), (GREEK, 300, 2))
    )
    tuned = tune(checkpoint, learned, epochs=20, learning_rate=0.03, trains="classifier")
    sides = (predict(tuned, test), test.gold)
    if task == "tags":
        sides = tuple(list(chain.from_iterable(side)) for side in sides)
    pairs = list(zip(*sides, strict=True))
    return sum(made == gold for made, gold in pairs) / len(pairs)


@pytest.mark.parametrize("task", ["class", "tags"])
def test_topics_and_tags_cross_scripts(world, models, task):
    before = told(world, models["before"], task)
    for name in ("translico", "ppa"):
        assert told(world, models[name], task) > before + 0.08
