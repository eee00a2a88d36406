"""Which strategies are planned, and what they are expected to cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from calque import recipe
from calque.strategies import _operations, plan
from calque.transfer import prepare

TOY = Path(recipe.__file__).parent / "toy"
PROJECTED = {"projected", "projected-joint", "projected-staged", "back-projected"}


@pytest.fixture(scope="module")
def resources(tmp_path_factory):
    return prepare(
        task="topic", source="eng", target="swh", train=TOY / "train.tsv", dev=TOY / "dev.tsv",
        test=TOY / "test.tsv", parallel=TOY / "eng-swh.tsv", model=TOY / "tiny",
        out=tmp_path_factory.mktemp("plan"),
    ).resources  # fmt: skip


@pytest.mark.parametrize(("name", "epochs"), [("spelled", 2), ("distilled", 2), ("vocabulary", 0)])
def test_only_steps_that_read_the_pairs_cost_more_with_more_pairs(resources, name, epochs):
    made = recipe.read(f"transfer/{name}")
    pairs = resources.pairs
    twice = replace(resources, pairs=pairs.take([*range(len(pairs))] * 2))
    words = sum(len(source.split()) for source, _ in pairs)
    more = _operations(made, twice, 1.0) - _operations(made, resources, 1.0)
    assert more == pytest.approx(epochs * words * 1.5 * 6)


def test_a_strategy_is_planned_for_the_tasks_that_it_can_do(resources):
    names = {
        kind: {strategy.name for strategy in plan(replace(resources, kind=kind), 1.0)}
        for kind in ("class", "pair", "tags")
    }
    assert names["class"] - names["tags"] == {"spelled"}  # a head of one vector
    assert names["tags"] - names["class"] == PROJECTED  # labels that stand at words
    assert names["pair"] == names["class"] & names["tags"]
    assert "spelled-glossed" in names["tags"]


def test_without_parallel_text_nothing_is_projected(resources):
    left = {name: path for name, path in resources.files.items() if name != "parallel"}
    planned = plan(replace(resources, kind="tags", pairs=None, files=left), 1.0)
    assert {strategy.name for strategy in planned} == {
        "zero-shot",
        "zero-shot-average",
        "masked",
        "sparse",
        "low-rank",
    }
    with_pairs = {s.name: s for s in plan(replace(resources, kind="tags"), 1.0)}
    assert {with_pairs[name].level for name in PROJECTED} == {"T2"}
