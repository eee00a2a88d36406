"""Languages beside each other in states, measured and drawn; planted languages that lie alike or turned."""

import numpy as np
import pytest
from pages import checked

from calque.adaptation.borders import borders
from calque.adaptation.borders_page import borders_page
from calque.errors import BadValue

NAMES = ("food", "sport", "<law>")
CENTERS = 2 * np.eye(3, 8)


def side(seed, shift=0.0, order=(0, 1, 2), count=60):
    """States around a center for each class, all moved by as much; `order` gives classes other centers."""
    generator = np.random.default_rng(seed)
    classes = np.arange(count) % 3
    states = CENTERS[np.array(order)[classes]] + 0.4 * generator.normal(size=(count, 8))
    states[:, 7] += shift
    return states.astype(np.float32), [NAMES[c] for c in classes]


def languages(*some):
    states, gold = zip(*some, strict=True)
    return list(states), list(gold), ["eng", "deu", "swh"][: len(some)]


def test_alike_moved_and_turned_languages_are_told_apart():
    found = {row["language"]: row for row in borders(*languages(side(0), side(1), side(2, order=(1, 2, 0))))}  # fmt: skip
    eng, deu, swh = (found[name] for name in ("eng", "deu", "swh"))
    assert eng["cosine"] == pytest.approx(1) and eng["apart"] == 0 and eng["agree"] == 1
    assert min(eng["own"], deu["own"], swh["own"], deu["source"], deu["agree"]) > 0.9
    assert deu["cosine"] > 0.8 > 0 > swh["cosine"]
    assert deu["apart"] < 0.2 < 0.8 < swh["apart"]
    assert max(swh["source"], swh["agree"]) < 0.1
    moved = list(borders(*languages(side(0), side(1, shift=5.0))))[1]
    assert moved["apart"] > 1 and moved["own"] > 0.9  # beside the source, divided as it is


def test_words_of_sentences_count_one_by_one_and_tags_of_none_do_not():
    states, gold = side(0)
    cut = [states[start : start + 5] for start in range(0, 60, 5)]
    tags = [tuple(gold[start : start + 5]) for start in range(0, 60, 5)]
    flat = borders([states, states], [gold, gold], ["eng", "deu"])
    assert borders([cut, cut], [tags, tags], ["eng", "deu"]).rows == flat.rows
    tags[0] = (None, *tags[0][1:])
    assert next(iter(borders([cut, cut], [tags, tags], ["eng", "deu"])))["states"] == 59
    tags[0] = None  # a sentence without tags
    assert next(iter(borders([cut, cut], [tags, tags], ["eng", "deu"])))["states"] == 55
    some = [None, *gold[1:]]
    assert next(iter(borders([states, states], [some, gold], ["eng", "deu"])))["states"] == 59


def test_labels_that_take_turns_are_learned_and_asked_alike():
    states, gold = side(0)
    two = [k for k, name in enumerate(gold) if name != "<law>"]
    states, gold = states[two], [gold[k] for k in two]
    assert gold[:4] == ["food", "sport", "food", "sport"]
    for row in borders([states, states], [gold, gold], ["eng", "deu"]):
        assert min(row["own"], row["source"], row["agree"]) > 0.9


def test_a_language_without_the_classes_that_are_drawn_has_no_borders():
    states, names = np.eye(8, 8).repeat(4, 0), [f"c{k}" for k in range(8)]
    gold = [name for name in names for _ in range(4)]
    rare = [states[24:], gold[24:]]
    measures = borders([states, rare[0]], [gold, rare[1]], ["eng", "deu"])
    page = borders_page({"a": [states, rare[0]]}, [gold, rare[1]], ["eng", "deu"], {"a": measures})
    assert len(page) == 1 and 'class="border target"' not in page.html


def test_the_page_holds_what_it_shows():
    states, gold, names = languages(side(0), side(1), side(2, order=(1, 2, 0)))
    measures = borders(states, gold, names)
    models = {"deep prompts": states, "full <tuning>": states}
    page = borders_page(models, gold, names, dict.fromkeys(models, measures), title="A & B")
    html = checked(page.html)
    assert len(page) == 4 and html.count("<svg") == 4
    assert "A &amp; B" in html and "&lt;law&gt;" in html and "full &lt;tuning&gt;" in html
    assert html.count('class="cross') > 200 and html.count('class="ring') > 200
    assert html.count('class="border target"') == 4


def test_what_does_not_fit_is_told():
    states, gold, names = languages(side(0), side(1))
    with pytest.raises(BadValue, match="two languages or more"):
        borders(states[:1], gold[:1], names[:1])
    with pytest.raises(BadValue, match="60 states and 59 labels of deu"):
        borders(states, [gold[0], gold[1][1:]], names)
    with pytest.raises(BadValue, match="deu has fewer than two of the labels of eng"):
        borders(states, [gold[0], ["other"] * 60], names)
    with pytest.raises(BadValue, match="two labels or more, eng has: none"):
        borders(states, [[None] * 60, gold[1]], names)
    with pytest.raises(BadValue, match="states of a, measures of b"):
        borders_page({"a": states}, gold, names, {"b": borders(states, gold, names)})
