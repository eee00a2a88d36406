"""The automaton of labelled copies: every sequence it accepts, and what Sequence-Labeling-LLMs accepts."""

import json

import pytest
from golden import sequence_labeling_llms
from golden.sequence_labeling_llms import CASES, END
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.errors import BadValue
from calque.maths.copying import Copying, State

GOLDEN = sequence_labeling_llms.HERE / "sequence_labeling_llms.json"
LABELS = {"A": ((10, 11), (12, 13)), "B": ((10, 14), (12, 15, 15)), "C": ((5,), (6,))}


def accepted(copying):
    """Every sequence that the automaton accepts."""
    found, paths = [], [((), State())]
    while paths:
        path, state = paths.pop()
        for symbol, after in copying.follow(state).items():
            longer = (*path, symbol)
            (found if after.ended else paths).append(longer if after.ended else (longer, after))
    return found


def taggings(count, names):
    """Every list of labelled parts, none in another, of so many units."""
    if not count:
        return [[]]
    found = taggings(count - 1, names)
    for start in range(count):
        found += [[*rest, (n, start, count)] for n in names for rest in taggings(start, names)]
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 2), max_size=4), st.sets(st.sampled_from("AB")), st.data())
def test_every_accepted_sequence_is_the_input_with_labels_and_every_labelling_is_accepted(
    sizes, names, data
):
    units = [k for k, size in enumerate(sizes) for _ in range(size)]
    symbols = data.draw(st.lists(st.integers(20, 22), min_size=len(units), max_size=len(units)))
    copying = Copying(symbols, units, {name: LABELS[name] for name in sorted(names)}, END)
    found = accepted(copying)
    assert len(set(found)) == len(found)
    first = [units.index(k) for k in range(len(sizes))] + [len(units)]
    wanted = sorted(
        [(n, first[a], first[b]) for n, a, b in one] for one in taggings(len(sizes), sorted(names))
    )
    assert sorted(copying.read(one) for one in found) == wanted
    tags = {s for name in names for side in LABELS[name] for s in side} | {END}
    for one in found:
        assert [symbol for symbol in one if symbol not in tags] == symbols
        assert one[-1] == END


def test_symbols_that_also_begin_tags_are_copied():
    """A symbol of the input that opens, or closes, a label."""
    copying = Copying([5, 20, 6], [0, 1, 2], {"C": LABELS["C"]}, END)
    assert sorted(accepted(copying)) == [
        (5, 5, 20, 6, 6, END),
        (5, 20, 5, 6, 6, END),
        (5, 20, 6, END),
    ]
    assert copying.read((5, 5, 20, 6, 6, END)) == [("C", 1, 3)]


@pytest.mark.parametrize("row", range(len(CASES)))
def test_it_accepts_what_sequence_labeling_llms_accepts(row):
    symbols, units, labels = CASES[row]
    copying = Copying(
        symbols, units, {n: (tuple(a), tuple(b)) for n, (a, b) in labels.items()}, END
    )
    wanted = json.loads(GOLDEN.read_text())["accepted"][row]
    assert sorted(" ".join(map(str, one)) for one in accepted(copying)) == wanted


def test_what_is_not_accepted_is_refused():
    copying = Copying([20, 21], [0, 0], {"A": LABELS["A"]}, END)
    assert copying.read([10, 11, 20, 21, 12, 13, END]) == [("A", 0, 2)]
    with pytest.raises(BadValue, match="symbol 12 at place 3"):
        copying.read([10, 11, 20, 12, 13, 21, END])
    with pytest.raises(BadValue, match="does not end"):
        copying.read([20, 21])
    with pytest.raises(BadValue, match="label 'B' begins with that of another"):
        Copying([1], [0], {"A": ((3,), (4,)), "B": ((3, 5), (4,))}, END)
    with pytest.raises(BadValue, match="label 'A' has no symbols"):
        Copying([1], [0], {"A": ((), (4,))}, END)
