"""What ways score and cost, by a clock and prices that a person can follow."""

from dataclasses import replace
from itertools import accumulate, cycle

import planted_ways
import pytest
import shelf

from calque.errors import BadRecipe, BadSetting, BadValue
from calque.prices import Prices
from calque.recipe import read
from calque.run import run
from calque.ways import scored, ways

PRICES = Prices(machine_hour=3600.0, million_characters=1e6)  # 1 a second, 1 a character


@pytest.fixture
def made(letters, tmp_path):
    planted_ways.put(letters)
    made = run("two", out=tmp_path / "run")
    costs = {
        name: cost | {"seconds": 1.0, "translating": 0.25} for name, cost in made.costs.items()
    }
    return replace(made, costs=costs)


def ticks(*steps):
    """A clock that goes on by the steps in turn, from reading to reading."""
    times = accumulate(cycle((0.0, *steps)))
    return lambda: next(times)


def rows(made, **settings):
    return {row["way"]: row for row in ways(made, PRICES, **settings)}


def test_translated_characters_are_counted_where_they_fall(made):
    """`train.txt` has 4 different characters in 2 different lines, `test.txt` 13 in 4."""
    found = rows(made)
    told = {
        name: (row["develop_characters"], row["characters_per_1000"]) for name, row in found.items()
    }
    assert told == {"zero_shot": (0, 0), "translate_train": (4, 0), "translate_test": (0, 3250)}


def test_development_is_all_that_comes_before_the_test_examples(made):
    """Reading takes a second, what the training text is turned by another one and 4 characters."""
    found = rows(made)
    assert [row["develop_seconds"] for row in found.values()] == [1.0, 2.0, 1.0]
    assert [row["develop_cost"] for row in found.values()] == [1.0, 6.0, 1.0]


def test_latency_is_the_sum_of_the_medians_of_the_steps(made):
    """Each of 4 examples asks `returned`, `of_plain`, `of_turned` and `of_returned` once: 7, 1, 2 and 4 ms."""
    clock = ticks(0.007, 0, 0.001, 0, 0.002, 0, 0.004)
    found = rows(made, repeats=1, clock=clock)
    assert [row["latency_ms"] for row in found.values()] == pytest.approx([1.0, 2.0, 11.0])
    # a thousand answers: as many seconds as milliseconds, and 3,250 characters
    assert found["translate_test"]["cost_per_1000"] == pytest.approx(11.0 + 3250.0)


def test_the_front_of_either_cost(made):
    found = rows(made)
    assert {n: (r["value"], r["front_develop"]) for n, r in found.items()} == {
        "zero_shot": (0.0, False),
        "translate_train": (1.0, True),
        "translate_test": (0.25, True),
    }
    assert [row["front_use"] for row in found.values()][2] is False


def test_figures_are_measured_once_and_nothing_is_remembered(made):
    first = ways(made, PRICES)
    assert ways(made, PRICES, clock=ticks(5.0)).rows == first.rows
    (made.folder / "use.json").unlink()
    again = ways(made, PRICES, clock=ticks(5.0))
    assert [row["latency_ms"] for row in again] == [5000.0, 5000.0, 10000.0]
    assert [row["characters_per_1000"] for row in again] == [0, 0, 3250]


def test_a_lent_result_costs_what_it_cost_elsewhere(made):
    made.costs["turned"] = {"seconds": 0.0, "made": {"seconds": 9.0, "characters": 4}}
    found = rows(made)["translate_train"]
    assert (found["develop_seconds"], found["develop_characters"]) == (10.0, 4)


def test_recipes_without_ways(letters, made):
    with pytest.raises(BadRecipe, match="no step scores predictions"):
        ways(run("count", out=made.folder / "count"), PRICES)
    text = planted_ways.PARTS["recipes/letters/two.yaml"].replace("test", "told")
    shelf.put(letters, "recipes/letters/told.yaml", text.replace("toy/told", "toy/test"))
    with pytest.raises(BadRecipe, match="uses no input whose name begins with 'test'"):
        ways(run("told", out=made.folder / "told"), PRICES)
    with pytest.raises(BadSetting, match="must be positive"):
        ways(made, PRICES, most=0)


def test_recipes_without_ways_are_known_before_they_run(letters):
    with pytest.raises(BadRecipe, match="no step scores predictions"):
        scored(read("count"))


def test_without_test_examples_nothing_is_asked(made, tmp_path):
    (tmp_path / "none.txt").write_text("")
    none = dict.fromkeys(("test", "test_gold"), str(tmp_path / "none.txt"))
    with pytest.raises(BadValue, match="two: there are no test examples to ask"):
        ways(run("two", none, out=tmp_path / "none"), PRICES)
