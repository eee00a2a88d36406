from calque.data.relabelled import relabelled
from calque.values import Bitext


def test_sides_have_other_names_and_the_same_texts():
    pairs = Bitext.of([("a", "b")], "eng", "swh", tokenized=True)
    made = relabelled(pairs, target="wrong")
    assert (made.source, made.target, made.tokenized) == ("eng", "wrong", True)
    assert list(made) == [("a", "b")]
    assert relabelled(pairs, source="x").source == "x" and relabelled(pairs).target == "swh"
