import pytest

from calque.errors import BadValue
from calque.evaluation.paired import paired
from calque.evaluation.retrained import retrained

GOLD = list("abab") * 20


def said(wrong):
    return [one if k % 10 >= wrong else "x" for k, one in enumerate(GOLD)]


def test_gains_of_each_test():
    originals = {"zero-shot": said(2), "translate-test": said(5)}
    back = {"zero-shot": said(3), "translate-test": said(3)}
    one, other = retrained(originals, back, GOLD)
    assert (one["test"], one["originals"], one["back"]) == ("zero-shot", 0.8, pytest.approx(0.7))
    assert one["gain"] == pytest.approx(-0.1) and other["gain"] == pytest.approx(0.2)
    score = paired(back["translate-test"], originals["translate-test"], GOLD)
    assert (other["low"], other["high"]) == (score.low, score.high)
    assert other["p"] < 0.01 and other["n"] == 80


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="tests a and b; both of the same names"):
        retrained({"a": GOLD}, {"b": GOLD}, GOLD)
    with pytest.raises(BadValue, match="tests none and none"):
        retrained({}, {}, GOLD)
    with pytest.raises(BadValue, match="79 and 80 predictions of the two versions and 80 labels"):
        retrained({"a": GOLD[1:]}, {"a": GOLD}, GOLD)
