import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.maths import link_counts
from calque.maths.link_counts import FIGURES, undefined


def test_by_hand():
    """Och and Ney: four predicted, three sure, two of these found, one more is possible."""
    sums = np.array([4, 3, 2, 3])
    assert link_counts.precision(sums) == pytest.approx(3 / 4)
    assert link_counts.recall(sums) == pytest.approx(2 / 3)
    assert link_counts.aer(sums) == pytest.approx(1 - 5 / 7)
    assert link_counts.f1(sums) == pytest.approx(2 * (3 / 4) * (2 / 3) / (3 / 4 + 2 / 3))


def test_nothing_to_divide_by():
    nothing_made, nothing_sure, nothing = [0, 3, 0, 0], [2, 0, 0, 1], [0, 0, 0, 0]
    rows = np.array([nothing_made, nothing_sure, nothing])
    np.testing.assert_array_equal(FIGURES["aer"](rows), [1, 0.5, 1])
    np.testing.assert_array_equal(FIGURES["link_precision"](rows), [0, 0.5, 0])
    np.testing.assert_array_equal(FIGURES["link_recall"](rows), [0, 0, 0])
    np.testing.assert_array_equal(FIGURES["link_f1"](rows), [0, 0, 0])
    blank = {name: [undefined(name, row) for row in rows] for name in FIGURES}
    assert blank == {
        "aer": [False, False, True],
        "link_precision": [False, False, True],
        "link_recall": [False, True, True],
        "link_f1": [False, True, True],
    }


COUNTS = st.tuples(*[st.integers(0, 50)] * 4).map(
    # sure and right, only possible and right, wrong, sure and missed
    lambda c: np.array([c[0] + c[1] + c[2], c[0] + c[3], c[0], c[0] + c[1]])
)


@given(COUNTS)
def test_all_lie_in_the_unit_interval_and_f1_between_its_parts(sums):
    values = {name: float(figure(sums)) for name, figure in FIGURES.items()}
    assert all(0 <= value <= 1 for value in values.values())
    low, high = sorted([values["link_precision"], values["link_recall"]])
    assert values["link_f1"] == 0 or low - 1e-12 <= values["link_f1"] <= high + 1e-12


@given(COUNTS)
def test_without_possible_links_aer_is_the_complement_of_f1(sums):
    made, gold, right, _ = sums.tolist()
    sums = np.array([made, gold, right, right])
    if made + gold:
        assert float(link_counts.aer(sums)) == pytest.approx(1 - float(link_counts.f1(sums)))
