"""Word vectors from little text: the same every time, good enough to translate by, and bad input."""

import numpy as np
import pytest

from calque import synthetic
from calque.errors import BadSetting
from calque.spaces.procrustes import procrustes
from calque.values import Lexicon, Texts
from calque.vocabulary.static_vectors import static_vectors


def test_words_in_like_company_are_near():
    texts = Texts.of(
        [f"{a} {b} here" for a in ("red", "blue", "green") for b in ("hat", "coat")] * 3
        + [f"they {a} {b}" for a in ("run", "walk") for b in ("home", "away")] * 3
    )
    space = static_vectors(texts, width=8)
    at = {name: space.vectors[k] for k, name in enumerate(space.names)}
    assert at["red"] @ at["blue"] > 0.9 > 0.3 > at["red"] @ at["run"]
    np.testing.assert_allclose(np.linalg.norm(space.vectors, axis=1), 1, atol=1e-5)


def test_translations_are_found_in_a_clone():
    """A language in other letters, half of whose sentences the first text has; half of the pairs are asked for."""
    family = synthetic.family(seed=0).clone("qaa")
    clone = family.languages[-1]
    texts = (family.texts("qaa", 2000).take(range(1000, 2000)), family.texts(clone, 1500))
    sides = [static_vectors(texts[0]), static_vectors(texts[1].take(range(500, 1500)))]
    places = [{name: k for k, name in enumerate(side.names)} for side in sides]
    pairs = [
        pair
        for pair in family.lexicon("qaa", clone, inflected=True)
        if all(word in place for word, place in zip(pair[:2], places, strict=True))
    ]
    moved = procrustes(sides[0], sides[1], Lexicon.of(pairs[::2]))(sides[0])
    rows = [places[0][one] for one, _, _ in pairs[1::2]]
    found = (moved.vectors[rows] @ sides[1].vectors.T).argmax(axis=1)
    right = [
        sides[1].names[k] == other for k, (_, other, _) in zip(found, pairs[1::2], strict=True)
    ]
    assert len(pairs) > 300 and np.mean(right) > 0.3  # by chance less than 0.01


def test_the_same_text_gives_the_same_vectors():
    texts = Texts.of(["a b c d e", "b c a", "d e a b"] * 4)
    assert (static_vectors(texts).vectors == static_vectors(texts).vectors).all()


def test_rare_words_keep_their_place_and_have_no_vector():
    texts = Texts.of(["Sun sun moon", "SUN odd moon"], "eng")
    space = static_vectors(texts, width=3)
    assert space.names == ("sun", "moon") and space.language == "eng"
    assert static_vectors(texts, width=3, lowercase=False).names == ("moon",)
    assert set(static_vectors(texts, width=3, least=1).names) == {"sun", "moon", "odd"}


@pytest.mark.parametrize("lines", [[], [""], ["\u200b", "  "], ["word"], ["x x x"]])
def test_next_to_no_text(lines):
    space = static_vectors(Texts.of(lines), width=5, least=1)
    assert space.vectors.shape == (len(space.names), 5)


def test_settings_are_checked():
    with pytest.raises(BadSetting, match="at least 1, got 0, 5 and 2"):
        static_vectors(Texts.of(["a"]), width=0)
