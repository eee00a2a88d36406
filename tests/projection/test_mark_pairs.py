"""Marked pairs: consistent phrases alone, as counted cell by cell, and the texts as they were."""

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.projection.mark_pairs import consistent, mark_pairs
from calque.values import Bitext, Links


def grid(rows):
    return Links.from_grid(np.array(rows, dtype=bool))


def by_cell(links, longest):
    """All phrases whose links stay inside, with linked ends, one by one."""
    cells, m = links.grid(), links.size[0]
    found = []
    for a in range(m):
        for b in range(a + 1, min(a + longest, m) + 1):
            inside = {(i, j) for i, j in links.pairs.tolist() if a <= i < b}
            if not inside or not cells[a].any() or not cells[b - 1].any():
                continue
            c, d = min(j for _, j in inside), max(j for _, j in inside) + 1
            if all(a <= i < b for i, j in links.pairs.tolist() if c <= j < d):
                found.append((a, b, c, d))
    return found


def test_phrases_are_those_of_the_definition():
    generator, count = np.random.default_rng(0), 0
    for _ in range(200):
        links = grid(generator.random(generator.integers(1, 6, 2)) < 0.35)
        assert consistent(links, 3) == by_cell(links, 3)
        count += len(consistent(links, 3))
    assert count > 100


def test_markers_stand_around_what_is_linked():
    pairs = Bitext.of([("Asha is here.", "Hier ist Asha."), ("a", "b")], "eng", "deu")
    links = [grid(np.eye(4)[:, [2, 1, 0, 3]]), grid([[False]])]
    made = mark_pairs(pairs, links, longest=1, copies=9)
    assert sorted(made) == [
        ("Asha [ is ] here.", "Hier [ ist ] Asha."),
        ("Asha is [ here ].", "[ Hier ] ist Asha."),
        ("Asha is here[ . ]", "Hier ist Asha[ . ]"),
        ("[ Asha ] is here.", "Hier ist [ Asha ]."),
    ]
    assert (made.source, made.target, made.tokenized) == ("eng", "deu", False)
    one = mark_pairs(pairs, links, markers=("<<", ">>"))
    assert len(one) == 1 and all("<< " in text and " >>" in text for text in next(iter(one)))
    assert list(one) == list(mark_pairs(pairs, links, markers=("<<", ">>")))


def test_what_does_not_fit_is_refused():
    pairs = Bitext.of([("a", "b c")])
    with pytest.raises(BadValue, match="1 pairs, but links of 0"):
        mark_pairs(pairs, [])
    with pytest.raises(BadValue, match=r"links of pair 0 are over \(1, 1\) words"):
        mark_pairs(pairs, [grid([[True]])])
    for settings in ({"longest": 0}, {"copies": 0}, {"markers": ("[",)}):
        with pytest.raises(BadSetting, match="longest and copies"):
            mark_pairs(pairs, [grid([[True, True]])], **settings)
