"""Heads and relations over links: by hand, planted trees, and that what arrives is always a part of a tree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.view import view as viewed
from calque.errors import BadSetting
from calque.projection.by_links import by_links
from calque.projection.complete import complete
from calque.synthetic import family
from calque.values import Labelled, Links, Texts, View

WORLD = family(languages=2, seed=5)


def carried(words, heads, target, links, scores=None):
    n, m = len(words.split()), len(target.split())
    pairs = np.array([pair.split("-") for pair in links.split()], dtype=int).reshape(-1, 2)
    row = {
        "words": words.split(),
        "tags": [f"T{k}" for k in range(n)],
        "heads": heads,
        "relations": [f"r{k}" for k in range(n)],
    }
    sides = (Texts.of([text], tokenized=True) for text in (words, target))
    view = View(*sides, links=(Links(pairs, (n, m), scores),))
    return by_links(Labelled.of([row], "parse"), view)


def test_a_word_has_the_word_that_its_head_became():
    (row,) = carried("she saw it .", [2, 0, 2, 2], "aliiona yeye hiyo .", "0-1 1-0 2-2 3-3")
    assert row["heads"] == [0, 1, 1, 1]
    assert row["relations"] == ["r1", "r0", "r2", "r3"]
    assert row["tags"] == ["T1", "T0", "T2", "T3"]
    assert [entry["outcome"] for entry in row["account"]] == ["kept"] * 4


def test_words_of_a_lost_head_have_none_and_keep_their_tags():
    made = carried("the big cat", [3, 3, 0], "paka mkubwa", "1-1")
    (row,) = made
    assert row["heads"] == [None, None] and row["relations"] == [None, None]
    assert row["tags"] == [None, "T1"]
    assert len(complete(made, lost=None)) == 1
    assert len(complete(made, lost=None, dense=0.1)) == 0
    with pytest.raises(BadSetting, match="dense lie in"):
        complete(made, dense=2)


def test_only_the_surest_link_of_both_words_counts():
    (row,) = carried("a b", [0, 1], "x y", "0-0 0-1 1-1", [0.9, 0.6, 0.5])
    assert row["heads"] == [0, None]
    (row,) = carried("a b", [0, 1], "x y", "0-0 0-1 1-1", [0.9, 0.4, 0.5])
    assert row["heads"] == [0, 1]


def test_gold_links_carry_planted_trees():
    source, gold = (WORLD.labelled("parse", code, 200, 1) for code in ("qaa", "qab"))
    view = viewed(WORLD.bitext("qaa", "qab", 200, 1), WORLD.links("qaa", "qab", 200, 1))
    made = by_links(source, view)
    cells = [
        (a, b)
        for one, other in zip(made, gold, strict=True)
        for a, b in zip(
            zip(one["heads"], one["relations"], strict=True),
            zip(other["heads"], other["relations"], strict=True),
            strict=True,
        )
    ]
    assert all(a == b for a, b in cells if a[0] is not None)
    assert sum(a[0] is not None for a, _ in cells) > 0.8 * len(cells)


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=7),
    st.integers(1, 6),
    st.integers(0, 10**6),
)
def test_whatever_the_links_what_arrives_is_a_part_of_a_tree(draws, n, seed):
    m = len(draws)
    order = np.random.default_rng(seed).permutation(m)
    heads = [0] * m
    for place, k in enumerate(order.tolist()):  # each below one that stands before it in the order
        heads[k] = 0 if place == 0 else int(order[draws[k] % place]) + 1
    grid = np.random.default_rng(seed).random((m, n)) < 0.4
    links = " ".join(f"{i}-{j}" for i, j in np.argwhere(grid))
    (row,) = carried(" ".join("abcdefg"[:m]), heads, " ".join("uvwxyz"[:n]), links)
    assert sum(head == 0 for head in row["heads"]) <= 1
    for k in range(n):
        seen, at = set(), k + 1
        while at and row["heads"][at - 1] is not None:
            assert at not in seen
            seen.add(at)
            at = row["heads"][at - 1]
