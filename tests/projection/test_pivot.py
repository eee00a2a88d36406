"""One rewriter behind the other."""

import pyarrow as pa
import pytest

from calque.errors import BadSetting
from calque.projection.pivot import pivot
from calque.values import Texts, View


def through(changes, language, troubles=None):
    def way(texts: Texts) -> View:
        lines = [changes.get(text, text) for text in texts]
        columns = {"text": lines}
        if troubles:
            columns["trouble"] = [troubles.get(text, "") for text in texts]
        return View.whole(texts, Texts(pa.table(columns), language))

    return way


def test_the_second_reads_what_the_first_says():
    ways = [through({"house": "casa"}, "spa"), through({"casa": "casinha"}, "por")]
    view = pivot(Texts.of(["house", "casa", ""], "eng"), ways)
    assert list(view) == [("house", "casinha"), ("casa", "casinha"), ("", "")]
    assert (view.original.language, view.rewritten.language) == ("eng", "por")


def test_the_first_trouble_is_told():
    ways = [through({}, "spa", {"a": "lost"}), through({}, "por", {"a": "late", "b": "broken"})]
    found = pivot(Texts.of(["a", "b", "c"], "eng"), ways).rewritten.table["trouble"].to_pylist()
    assert found == ["lost", "broken", ""]


def test_no_way():
    with pytest.raises(BadSetting, match="at least one way"):
        pivot(Texts.of(["a"], "eng"), [])
