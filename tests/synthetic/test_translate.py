"""The oracle as a translator: gold in, all of it out; known noise in, the known loss out."""

import numpy as np
import pytest

from calque.data.written import written
from calque.errors import BadSetting, UnknownName
from calque.projection.by_links import by_links
from calque.projection.complete import complete
from calque.synthetic import named
from calque.synthetic.translate import translate
from calque.values import Texts

LINE = "languages=2 concepts=120 topics=2"
FAMILY = named(LINE)
EXAMPLES = FAMILY.labelled("ner", "qaa", 300)
SETTINGS = {"family": LINE, "n": 300}


def shares(view):
    """Of the source words of gold links, those that have one still."""
    gold = FAMILY.links("qaa", "qab", 300)
    found = sum(len(links) for links in view.word_links())
    return found / sum(map(len, gold))


def test_gold_texts_links_and_spans():
    view = translate(written(EXAMPLES), **SETTINGS)
    assert list(view.rewritten) == list(FAMILY.texts("qab", 300))
    assert view.rewritten.language == "qab" and view.rewritten.tokenized
    for links, gold in zip(view.word_links(), FAMILY.links("qaa", "qab", 300), strict=True):
        assert links.pairs.tolist() == gold.pairs.tolist() and links.size == gold.size
    assert view.rewritten.table["trouble"].to_pylist() == [""] * 300
    made = by_links(EXAMPLES, view)
    assert len(complete(made)) == 300
    gold = FAMILY.labelled("ner", "qab", 300).table["tags"].to_pylist()
    assert (
        np.mean([a == b for a, b in zip(made.table["tags"].to_pylist(), gold, strict=True)]) > 0.99
    )


def test_texts_in_another_order_and_those_of_no_draw(caplog):
    texts = written(EXAMPLES).take([7, 2])
    texts = Texts.of([*texts, "none of these", ""], "qaa", tokenized=True)
    view = translate(texts, **SETTINGS)
    gold = list(FAMILY.texts("qab", 300))
    assert list(view.rewritten) == [gold[7], gold[2], "", ""]
    assert view.rewritten.table["trouble"].to_pylist() == ["", "", "not of the draw", ""]
    assert [links.size for links in view.word_links()][2:] == [(3, 0), (0, 0)]
    assert "1 of 4 texts are not of the draw" in caplog.text


@pytest.mark.parametrize("noise", ["dropped", "free"])
def test_noise_costs_what_it_says(noise):
    lost = []
    for rate in (0.0, 0.1, 0.3):
        view = translate(written(EXAMPLES), **SETTINGS | {"family": f"{LINE} {noise}={rate}"})
        lost.append(1 - shares(view))
        assert len(view.rewritten) == 300 and all(view.rewritten)
    assert lost[0] == 0 and lost[0] < lost[1] < lost[2] < 0.3
    made = by_links(EXAMPLES, view)
    assert len(made) == 300
    if noise == "dropped":  # a name goes with its words, and is told
        told = [entry for row in made for entry in row["account"]]
        gone = np.mean([entry["outcome"] == "lost" for entry in told])
        assert 0.1 < gone < 0.4


def test_equal_texts_have_the_translations_of_their_places():
    noisy = "languages=2 concepts=40 topics=2 dropped=0.3"
    texts, said = named(noisy).texts("qaa", 600, of="questions"), {}
    gold = named(noisy).bitext("qaa", "qab", 600, of="questions").targets
    for one, other in zip(texts, gold, strict=True):
        said.setdefault(one, set()).add(other)
    assert sum(len(some) > 1 for some in said.values()) > 5  # or nothing is tried
    view = translate(texts, family=noisy, n=600, of="questions")
    assert list(view.rewritten) == list(gold)


def test_plain_texts_are_translated_without_links():
    topic = FAMILY.labelled("topic", "qaa", 300)
    view = translate(written(topic), **SETTINGS)
    assert not view.rewritten.tokenized and view.links is None
    assert list(view.rewritten) == list(FAMILY.texts("qab", 300))


def test_settings_that_make_no_sense():
    with pytest.raises(BadSetting, match="no setting 'wrong'"):
        translate(Texts.of(["a"]), family="wrong=1")
    with pytest.raises(UnknownName, match="qzz"):
        translate(Texts.of(["a"]), target="qzz")
