from collections import Counter

import pytest

from calque.errors import BadSetting
from calque.synthetic.errors import errors
from calque.synthetic.naming import named

FAMILY = "languages=2 morphology=fusional seed=3"


def test_errors_are_what_they_are_called():
    pairs = errors(family=FAMILY, language="qab", n=400, rates=(0.1, 0.1, 0.1))
    made = named(FAMILY).language("qab")
    forms = {}
    for row in made.forms.tolist():
        for form in row:
            forms.setdefault(form, set()).update(row)
    assert list(pairs.sources) == list(named(FAMILY).texts("qab", 400))
    for (source, target), kinds in zip(pairs, pairs.table["kinds"].to_pylist(), strict=True):
        old, new = source.split(" "), target.split(" ")
        assert len(old) == len(new) == len(kinds)
        k = 0
        while k < len(kinds):
            if kinds[k] == "order":
                assert old[k : k + 2] == new[k : k + 2][::-1] and kinds[k + 1] == "order"
                k += 1
            elif kinds[k] == "agreement":
                assert old[k] != new[k] and new[k] in forms[old[k]]
            elif kinds[k] == "spelling":
                assert old[k] != new[k] and abs(len(old[k]) - len(new[k])) <= 1
            else:
                assert old[k] == new[k]
            k += 1


def test_rates_are_those_that_were_asked_for():
    pairs = errors(family=FAMILY, n=3000, rates=(0.0, 0.0, 0.1))
    counts = Counter(kind for kinds in pairs.table["kinds"].to_pylist() for kind in kinds)
    assert set(counts) == {"", "spelling"}
    words = counts.total() - 3000  # signs have none
    assert counts["spelling"] / words == pytest.approx(0.1, abs=0.005)
    none = errors(family=FAMILY, n=50, rates=(0, 0, 0))
    assert list(none.sources) == list(none.targets)
    more = errors(family=FAMILY, n=3000, rates=(0.1, 0.1, 0.1))
    counts = Counter(kind for kinds in more.table["kinds"].to_pylist() for kind in kinds)
    assert counts["order"] > counts["spelling"] > 1500 and counts["agreement"] > 500


def test_the_first_rows_do_not_depend_on_how_many_there_are():
    few, many = (list(errors(family=FAMILY, n=n, seed=4)) for n in (20, 60))
    assert many[:20] == few


def test_rates_that_make_no_sense():
    for rates in ((0.5, 0.5, 0.5), (0.1,), (-0.1, 0, 0)):
        with pytest.raises(BadSetting, match="three shares, together at most 1"):
            errors(family=FAMILY, n=1, rates=rates)
