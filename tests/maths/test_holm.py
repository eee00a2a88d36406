import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calque.maths.holm import holm


def test_a_worked_example():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.5, 0.9]), [1.0, 1.0])
    assert holm([0.2]).tolist() == [0.2] and holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_what_is_rejected_is_what_the_procedure_rejects(values):
    """Step by step: the least value against level / n, the next against level / (n - 1), until one fails."""
    adjusted = holm(values)
    assert (adjusted >= np.array(values)).all() and (adjusted <= 1).all()
    for level in (0.01, 0.05, 0.2):
        rejected = np.zeros(len(values), dtype=bool)
        for place, k in enumerate(sorted(range(len(values)), key=lambda k: values[k])):
            if values[k] * (len(values) - place) > level:
                break
            rejected[k] = True
        assert (adjusted <= level).tolist() == rejected.tolist()
