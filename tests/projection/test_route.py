from collections import Counter
from functools import partial

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.projection.maltese_arabic import maltese_arabic
from calque.projection.respell import respell
from calque.projection.reword import reword
from calque.projection.route import route
from calque.projection.translate_words import translate_words
from calque.synthetic.blend import Blend
from calque.synthetic.naming import family
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
    pair = family(
        languages=2, scripts=("Arab", "Latn"), cognates=0.0, overlap=0.0, seed=seed,
        morphology="agglutinative",
    )  # fmt: skip
    first, second = pair.languages
    blend = Blend(pair, first, second, 0.5)
    knows = [pair.labelled("pos", code, 250, 5) for code in (first, second)]
    tagger = _fitted(knows, "tags")
    classifier = _fitted([blend.labelled(250, 1)], "origins")
    test = blend.labelled(150, 2)
    known = Texts.of([" ".join(row["words"]) for row in knows[0]], first, tokenized=True)
    random = np.random.default_rng(seed)
    lexicon = Lexicon.of(
        [row for row in blend.lexicon(second) if random.random() < 0.6], "und", second
    )
    respelled = partial(respell, rules=blend.rules, known=known)
    translated = partial(translate_words, lexicon=lexicon)
    by_origin = {"base": respelled, "taken": translated}
    found = {
        "raw": test,
        "respelled": reword(test, respelled),
        "translated": reword(test, translated),
        "selective": reword(test, partial(route, classifier=classifier, routes=by_origin)),
    }
    right = {name: _accuracy(tagger, examples) for name, examples in found.items()}
    assert right["selective"] > max(right["respelled"], right["translated"]) + 0.10
    assert right["selective"] > right["raw"] + 0.25


def _fitted(sets: list[Labelled], column: str):
    counts = Counter(
        key for rows in sets for row in rows for key in zip(row["words"], row[column], strict=True)
    )
    return origins(
        Lexicon.of([(*key, float(count)) for key, count in counts.items()]), longest=3, shared=2
    )


def _accuracy(tagger, examples: Labelled) -> float:
    pairs = [pair for row in examples for pair in zip(row["words"], row["tags"], strict=True)]
    return float(
        np.mean(
            [
                one == tag
                for one, (_, tag) in zip(tagger.best([w for w, _ in pairs]), pairs, strict=True)
            ]
        )
    )
