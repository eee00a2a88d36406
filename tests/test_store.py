"""What is saved comes back equal, whatever it is made of."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from calque.values import (
    Bitext,
    Classifier,
    Labelled,
    Links,
    Mixture,
    Score,
    Table,
    Texts,
    View,
    store,
)
from calque.values.base import fingerprint

MIXTURE = Mixture(sparse.csr_matrix([[0.5, 0.5], [0.0, 0.0]]), ("a", "b"), ("x", "y"))

THINGS = {
    "number": 3.5,
    "text": "שלום\u200bعالم",
    "nothing": None,
    "array": np.arange(6, dtype=np.float32).reshape(2, 3),
    "arrays": [np.zeros((2, 3)), np.ones((0, 3))],
    "texts": Texts.of(["a", "", "ṣé"], "yor"),
    "bitext": Bitext.of([("a", "b")], "eng", "deu"),
    "empty": Texts.of([]),
    "labelled": Labelled.of([{"words": ["a", "b"], "tags": ["O", "B-PER"]}], "tags", "eng"),
    "mixture": MIXTURE,
    "links": [Links(np.array([[0, 1]]), (1, 2)), Links(np.zeros((0, 2)), (3, 0))],
    "score": Score("accuracy", 0.5, 0.4, 0.6, 10, {"seed": 0}),
    "table": Table(({"a": 1, "b": None}, {"a": 2})),
    "view": View.of(Texts.of(["да", ""]), Texts.of(["da!", ""]), [[(0, 2, 0, 2)], []]),
    "view of words": View(Texts.of(["x"]), Texts.of(["y"]), links=(Links([[0, 0]], (1, 1)),)),  # type: ignore[arg-type]
    "classifier": Classifier(("n", "y"), ("\x02a",), np.array([[0.0, 1.0]]), np.zeros(2), 2),
    "nested": {"a": [1, "b", None], "b": [Texts.of(["x"]), 1]},
    "ragged": [[1, 2], [], ["a"]],
}


@pytest.mark.parametrize("name", THINGS)
def test_round_trip(name, tmp_path):
    store.save(THINGS[name], tmp_path / "it")
    again = store.load(tmp_path / "it")
    assert type(again) is type(THINGS[name])
    assert fingerprint(again) == fingerprint(THINGS[name])


def test_fingerprints_differ_with_content_only():
    assert len({fingerprint(thing) for thing in THINGS.values()}) == len(THINGS)
    whole = pa.table({"text": ["a", "b", "c"]})
    chunked = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 2)])
    assert Texts(whole).fingerprint() == Texts(chunked).fingerprint()
    assert Texts(whole.slice(1, 2)).fingerprint() == Texts.of(["b", "c"]).fingerprint()


def test_objects_are_refused(tmp_path):
    with pytest.raises(TypeError, match="cannot be stored"):
        store.save(object(), tmp_path / "it")
    with pytest.raises(TypeError, match="cannot be stored"):
        store.save(np.array([object()]), tmp_path / "other")
