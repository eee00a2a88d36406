"""Runs from one head are averaged: on a synthetic pair their means differ less than they do; every snapshot counts alike."""

import itertools

import numpy as np
import pytest

from benchmarks import averaging
from calque import part
from calque.workspace import working_in

RUNS, GROUP = 4, 2


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What single runs, and means of two of them, say of the target's test examples."""
    with working_in(tmp_path_factory.mktemp("runs")):
        task = averaging.planted()
        settings = {"learning_rate": 3e-3, "epochs": task.epochs}
        start = part("models.graft")(
            task.body, part("models.tune")(task.body, task.train, seed=99, **settings)
        )
        runs = [
            part("adaptation.average")(
                part("models.snapshots")(start, task.train, count=2, trains="^(?!classifier)", seed=seed, **settings)
            )
            for seed in range(RUNS)
        ]  # fmt: skip
        means = [part("adaptation.average")(runs[k : k + GROUP]) for k in range(0, RUNS, GROUP)]
        (test,) = task.test.values()
        said = [
            [np.array(part("models.predict")(model, test).labels) for model in models]
            for models in (runs, means)
        ]
        return said, np.array(test.gold)


def apart(said):
    """How often two of them disagree."""
    return np.mean([np.mean(one != two) for one, two in itertools.combinations(said, 2)])


def test_means_of_runs_differ_less_than_runs(answers):
    (runs, means), gold = answers
    assert apart(means) < 0.8 * apart(runs)
    right = [[np.mean(own == gold) for own in said] for said in (runs, means)]
    assert np.mean(right[1]) > np.mean(right[0]) - 0.02
    assert np.mean(right[1]) > 1 / 3 + 0.05  # three topics
