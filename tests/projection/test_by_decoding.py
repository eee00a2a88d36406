"""Spans by insertion of markers: an oracle translator, noise in it, spans that want one place."""

import numpy as np
import pytest
from planted_spans import example

from calque.data.view import view as viewed
from calque.errors import BadSetting, BadValue
from calque.maths.insertion import best_insertions
from calque.projection.by_decoding import by_decoding
from calque.projection.chain import chain
from calque.synthetic import family
from calque.values import Labelled, Links, Texts, View

WORLD = family(languages=2, seed=5)


class Oracle:
    """A translator that puts markers at one place with all but a little probability, elsewhere with that."""

    def __init__(self, size, start, end, sure=0.9):
        self.size, self.place, self.sure = size, (start, end), sure

    def logs(self, count, marked):
        """Log probabilities of elements, and of a marker in the place of each."""
        chance = np.full(count, 1 - self.sure)
        chance[marked] = self.sure
        return np.log(np.stack([1 - chance, chance], axis=1))

    @property
    def plain(self):
        return self.logs(self.size + 1, [self.place[0]])

    def opened(self, starts):
        return [
            self.logs(self.size + 1 - i, [self.place[1] - i] * (i == self.place[0])) for i in starts
        ]

    def closed(self, starts, end):
        right = [(i, end) == self.place for i in starts]
        chance = [self.sure if one else 1 - self.sure for one in right]
        return [np.log(np.full(self.size - end + 1, one)) for one in chance]


def oracle(view, noise=0.0, seed=0):
    """An inserter that searches under an oracle of the links; of a share of spans the place is drawn at random."""
    generator = np.random.default_rng(seed)
    grids = [links.grid() for links in view.word_links()]

    def inserter(bitext, spans):
        found = []
        for row, start, end in spans.tolist():
            reached = np.flatnonzero(grids[row][start:end].any(axis=0))
            n = grids[row].shape[1]
            place = (int(reached[0]), int(reached[-1]) + 1)
            if generator.random() < noise:
                at = int(generator.integers(n))
                place = (at, at + 1)
            model = Oracle(n, *place)
            best = best_insertions(model.plain, np.arange(n), np.arange(1, n + 1), model, best=5)
            found.append(np.array(best))
        return found

    return inserter


def planted(count=200):
    source, gold = (WORLD.labelled("ner", code, count, 1) for code in ("qaa", "qab"))
    view = viewed(WORLD.bitext("qaa", "qab", count, 1), WORLD.links("qaa", "qab", count, 1))
    return source, gold, view


def test_an_oracle_translator_carries_every_span():
    source, gold, view = planted()
    made = by_decoding(source, view, oracle(view))
    assert made.gold == gold.gold
    entries = [entry for row in made for entry in row["account"]]
    assert len(entries) > 100 and {entry["outcome"] for entry in entries} == {"kept"}
    assert min(entry["confidence"] for entry in entries) > 0.5


@pytest.mark.parametrize("noise", [0.1, 0.4])
def test_what_a_noisy_translator_misplaces_is_wrong_and_no_more(noise):
    source, gold, view = planted()
    made = by_decoding(source, view, oracle(view, noise))
    places = [
        [(e["new_start"], e["new_end"]) for row in one for e in row["account"]]
        for one in (by_decoding(source, view, oracle(view)), made)
    ]
    wrong = np.mean([a != b for a, b in zip(*places, strict=True)])
    # a place drawn at random among about seven words is right now and then
    assert wrong == pytest.approx(noise * 6 / 7, abs=0.05)
    assert made.gold != gold.gold


def scripted(*places):
    return lambda bitext, spans: [np.array(one, dtype=float).reshape(-1, 3) for one in places]


def test_confidence_is_the_share_of_what_was_found_and_the_next_best_place_is_tried():
    given = example("x y", "B-A B-B", "a b", "")
    sure = [(0, 1, np.log(0.6)), (1, 2, np.log(0.2))]
    (row,) = by_decoding(*given, scripted(sure, [(0, 1, -700.0), (1, 2, -701.0)]))
    assert row["tags"] == ["B-A", "B-B"]
    told = [entry["confidence"] for entry in row["account"]]
    assert told == pytest.approx([0.75, 1 / (1 + np.e)], abs=1e-6)
    (row,) = by_decoding(*given, scripted(sure, [(0, 1, -700.0), (1, 2, -701.0)]), above=0.5)
    assert [entry["reason"] for entry in row["account"]] == ["", "taken by another span"]
    (row,) = by_decoding(*given, scripted(sure, []))
    assert [entry["reason"] for entry in row["account"]] == ["", "no candidate"]


def test_a_chain_takes_what_it_lost_from_another():
    source, gold, view = planted(60)
    whole = by_decoding(source, view, oracle(view))

    def forgetful(bitext, spans):
        return [one if k % 2 else one[:0] for k, one in enumerate(oracle(view)(bitext, spans))]

    made = chain([by_decoding(source, view, forgetful), whole], names=["some", "all"])
    assert made.gold == gold.gold
    assert {e["projector"] for row in made for e in row["account"]} == {"some", "all"}


def test_what_does_not_fit_is_refused():
    given = example("x", "B-A", "a b", "")
    with pytest.raises(BadValue, match="1 spans, but places of 2"):
        by_decoding(*given, scripted([], []))
    for place in ((-1, 1, 0), (1, 1, 0), (0, 3, 0)):
        with pytest.raises(BadValue, match="of a text with 2 are no place"):
            by_decoding(*given, scripted([place]))
    with pytest.raises(BadSetting, match="first must be"):
        by_decoding(*given, scripted([]), first="last")  # type: ignore[arg-type]
    words = Labelled.of([{"words": ["x"], "tags": ["B-A"]}], "tags")
    mixed = View(
        Texts.of(["x"], tokenized=True), Texts.of(["a"]), links=(Links.from_grid(np.ones((1, 1))),)
    )
    with pytest.raises(BadValue, match="cut both"):
        by_decoding(words, mixed, scripted([(0, 1, 0)]))
