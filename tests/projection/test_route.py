from functools import partial

import numpy as np
import pytest
from planted_mixed import judge, mixed

from calque.errors import BadSetting, BadValue
from calque.projection.maltese_arabic import maltese_arabic
from calque.projection.route import route
from calque.projection.translate_words import translate_words
from calque.values import Labelled, Lexicon, Texts
from calque.vocabulary.origins import origins

WORDS = {"ara": "il- kelb qalb", "ita": "stazzjon lezzjoni", "eng": "ticket weekend"}
CLASSIFIER = origins(
    Lexicon.of([(word, origin, 5.0) for origin, own in WORDS.items() for word in own.split()])
)
TRANSLATE = partial(
    translate_words, lexicon=Lexicon.of([("stazzjon", "station", 1.0)], "mlt", "eng")
)
ROUTES = {"ara": maltese_arabic, "ita": TRANSLATE}


def test_each_word_goes_the_way_of_its_origin():
    view = route(Texts.of(["Il-kelb stazzjon weekend!", ""], "mlt"), CLASSIFIER, ROUTES)
    assert next(iter(view.rewritten)).startswith("الكلب station weekend")
    links = next(iter(view.word_links()))
    assert links.size[0] >= 4 and (0, 0) in [tuple(pair) for pair in links.pairs.tolist()]


def test_without_routes_all_stays():
    texts = Texts.of(["Il-kelb stazzjon"], "mlt")
    assert list(route(texts, CLASSIFIER, {}).rewritten) == list(texts)


def test_with_one_route_for_all_it_is_that_rewriter():
    texts = Texts.of(["Il-kelb fl-istazzjon, 3 weekends"], "mlt")
    everywhere = dict.fromkeys(CLASSIFIER.labels, maltese_arabic)
    assert list(route(texts, CLASSIFIER, everywhere).rewritten) == list(
        maltese_arabic(texts).rewritten
    )


def test_doubtful_words_stay_when_asked():
    texts = Texts.of(["kelb xyzw"], "mlt")
    chance = float(CLASSIFIER(["kelb"]).max())
    assert next(iter(route(texts, CLASSIFIER, ROUTES, least=chance).rewritten)).startswith("كلب")
    assert list(route(texts, CLASSIFIER, ROUTES, least=1.0).rewritten) == ["kelb xyzw"]


def test_an_origin_that_the_classifier_lacks_is_refused():
    with pytest.raises(BadValue, match=r"no origin 'Arabic' .*ara, eng, ita"):
        route(Texts.of(["kelb"]), CLASSIFIER, {"Arabic": maltese_arabic})
    with pytest.raises(BadSetting, match="least"):
        route(Texts.of(["kelb"]), CLASSIFIER, ROUTES, least=2.0)


@pytest.mark.parametrize("seed", [1, 2])
def test_selective_routing_beats_treating_all_words_alike(seed):
    """A tagger that knows the words of both source languages reads a mixed one.

    Respelled words are words of the first, whose letters have merged; a lexicon translates three of
    five words into the second. Routing by predicted origin gains over 10 points on the better of both
    ways for all words, and over 25 on raw text.
    """
    blend, knows, ways = mixed(seed)
    tagger = judge(knows, "tags")
    test = blend.labelled(150, 2)
    right = {name: _accuracy(tagger, way(test)) for name, way in ways.items()}
    assert right["selective"] > max(right["respelled"], right["translated"]) + 0.10
    assert right["selective"] > right["raw"] + 0.25


def _accuracy(tagger, examples: Labelled) -> float:
    pairs = [pair for row in examples for pair in zip(row["words"], row["tags"], strict=True)]
    found = tagger.best([word for word, _ in pairs])
    return float(np.mean([one == tag for one, (_, tag) in zip(found, pairs, strict=True)]))
