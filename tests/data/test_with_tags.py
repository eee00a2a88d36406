"""Sentences with tags in them."""

import pytest

from calque.data.with_tags import with_tags
from calque.errors import BadValue
from calque.values import Labelled


def of(words, tags):
    return Labelled.of(
        [{"words": words and words.split(), "tags": tags and tags.split()}], "tags", "eng"
    )


def test_tags_stand_around_spans():
    made = with_tags(of("Asha lives in New York", "B-PER O O B-LOC I-LOC"))
    assert list(made) == [
        ("Asha lives in New York", "<PER> Asha </PER> lives in <LOC> New York </LOC>")
    ]
    assert (made.source, made.target, made.tokenized) == ("eng", "tagged", True)
    assert list(with_tags(of("a b", "B-X B-X"))) == [("a b", "<X> a </X> <X> b </X>")]
    assert list(with_tags(of("a b", None))) == []
    with pytest.raises(BadValue, match="'NOUN' is no tag of a span"):
        with_tags(of("a", "NOUN"))
    with pytest.raises(BadValue, match="'class' have no tags"):
        with_tags(Labelled.of([{"text": "a", "label": "b"}], "class"))
