import numpy as np
import pytest

from calque.errors import BadValue
from calque.values import Classifier, store

TWO = Classifier(("n", "y"), ("a", "b"), np.array([[0.0, 1.0], [2.0, 0.0]]), np.zeros(2), 1)


def test_probabilities_of_a_word():
    """Word "a": logits 0 and 1; "ab": 2 and 1; a word without either: even."""
    odds = np.exp([1.0, -1.0, 0.0])
    np.testing.assert_allclose(TWO(["a", "ab", "?"])[:, 1], odds / (1 + odds))
    assert TWO.best(["a", "ab", "?"]) == ["y", "n", "n"]


def test_a_trait_counts_once_however_often_it_occurs():
    np.testing.assert_array_equal(TWO(["a"]), TWO(["aaa"]))


def test_no_words():
    assert TWO([]).shape == (0, 2) and TWO.best([]) == []


def test_it_is_kept_and_read_again_without_pickle(tmp_path):
    store.save(TWO, tmp_path / "kept")
    read = store.load(tmp_path / "kept")
    assert isinstance(read, Classifier) and read.fingerprint() == TWO.fingerprint()
    np.testing.assert_array_equal(read(["ab"]), TWO(["ab"]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": np.zeros((3, 2))}, "2 traits and 2 labels"),
        ({"intercept": np.array([0, np.nan])}, "finite"),
        ({"labels": ("n", "n")}, "labels occur twice"),
    ],
)
def test_what_cannot_be_is_refused(change, said):
    given = {name: getattr(TWO, name) for name in TWO.__dataclass_fields__}
    with pytest.raises(BadValue, match=said):
        Classifier(**given | change)
