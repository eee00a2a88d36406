"""The list of published work, and how far each row has come."""

import re

import pytest

from calque import recipe
from calque.errors import UnknownName
from calque.papers import STATES, Paper, find, papers, recipe_of, state

_SINGLE = {"Supryadi"}  # a name of one word


def test_every_row_is_whole():
    rows = papers()
    assert len(rows) == 184
    for name, row in rows.items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", name)
        assert row.title and "\t" not in row.title
        assert row.kind in {"method", "analysis", "benchmark", "system", "survey"}
        assert row.priority in (1, 2, 3)
        assert 2010 <= row.year <= 2030 and row.venue
        assert all(
            re.match(r"[^,]+, ", author) for author in _authors(row) if author not in _SINGLE
        )
        assert re.fullmatch(
            r"https://(arxiv\.org/abs/\d{4}\.\d{5}|aclanthology\.org/[\w.-]+)", row.url
        )


def test_a_recipe_that_bears_a_rows_id_stands_on_the_rows_shelf():
    for name in recipe.recipes():
        family, bare = name.split("/")
        if bare in papers():
            assert papers()[bare].family == family


def test_how_far_a_row_has_come_follows_from_its_recipe():
    for row in papers().values():
        how_far, missing = state(row)
        assert how_far in STATES
        assert (how_far == "partly") == bool(missing)
        assert (how_far == "planned") == (row.recipe not in recipe.recipes())
        assert (recipe_of(row) is None) == (how_far == "planned")


def _authors(row: Paper) -> list[str]:
    names = row.authors.split(" and ")
    assert 1 <= len(names) <= 9
    return names[:-1] if names[-1] == "others" else names


def test_bibtex_and_unknown_names():
    assert find("zett").bibtex() == (
        "@misc{zett,\n  author = {Minixhofer, Benjamin and Ponti, Edoardo Maria and Vulić, Ivan},"
        "\n  title = {Zero-Shot Tokenizer Transfer},\n  year = {2024},"
        "\n  howpublished = {NeurIPS 2024},\n  url = {https://arxiv.org/abs/2405.07883}\n}"
    )
    with pytest.raises(UnknownName, match=r"no paper 'zet'; did you mean zett\?"):
        find("zet")
