"""The laws of translators catch those that shift lines, hide failures, glue words or break lines."""

import pyarrow as pa
import pytest

from calque.roles import translator
from calque.translated import view_of
from calque.values import Texts, View

LAWS = {law.__name__: law for law in translator.laws}


def good(texts):
    return view_of("test", texts, [text.upper() for text in texts], "swh", [""] * len(texts))


def shifting(texts):
    said = [text.upper() for text in texts]
    return view_of("test", texts, [*said[1:], *said[:1]], "swh", [""] * len(texts))


def silent(texts):
    return View.whole(texts, Texts(pa.table({"text": [""] * len(texts), "trouble": [""] * len(texts)}), "swh"))  # fmt: skip


def gluing(texts):
    said = [text.replace(" ", "  ") for text in texts]
    return View.whole(texts, Texts.of(said, "swh", tokenized=texts.tokenized))


def breaking(texts):
    said = [text.replace(" ", "\n") for text in texts]
    return View.whole(texts, Texts.of(said, "swh", tokenized=texts.tokenized))


def translating_nothing(texts):
    return View.whole(texts, Texts.of([text or "nothing" for text in texts], "swh"))


@pytest.mark.parametrize("law", LAWS)
def test_a_good_one_meets_all(law):
    LAWS[law](good, *translator.example(0))


@pytest.mark.parametrize(
    ("part", "law"),
    [
        (shifting, "fares_alone_as_among_others"),
        (silent, "tells_what_is_missing"),
        (gluing, "keeps_words_apart"),
        (breaking, "breaks_no_line"),
        (translating_nothing, "leaves_nothing_as_nothing"),
    ],
)
def test_a_bad_one_breaks_its_law(part, law):
    with pytest.raises(AssertionError):
        LAWS[law](part, *translator.example(0))
