import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.data.spans import are_spans, iob2


@pytest.mark.parametrize(
    ("scheme", "tags", "unopened"),
    [
        ("IOB2", "B-X I-X O B-Y B-Y I-Y", 0),
        ("IOB1", "I-X I-X O I-Y B-Y I-Y", 2),
        ("IO", "I-X I-X O I-Y I-Y I-Y", 2),
        ("IOBES", "B-X E-X O S-Y B-Y E-Y", 0),
        ("BILOU", "B-X L-X O U-Y B-Y L-Y", 0),
        ("BMES", "B-X E-X O S-Y B-Y E-Y", 0),
    ],
)
def test_every_scheme_becomes_iob2(scheme, tags, unopened):
    wanted = "B-X I-X O B-Y B-Y I-Y" if scheme != "IO" else "B-X I-X O B-Y I-Y I-Y"
    assert iob2(tags.split()) == (wanted.split(), unopened)


def test_a_span_begins_where_the_type_changes():
    assert iob2(["B-X", "I-Y", "I-Y", "O", "I-Y"]) == (["B-X", "B-Y", "I-Y", "O", "B-Y"], 2)


def test_types_may_hold_dashes():
    assert iob2(["I-creative-work", "I-creative-work"])[0] == ["B-creative-work", "I-creative-work"]


@pytest.mark.parametrize("tags", [["NOUN", "O"], ["c", "i"], ["B-"], ["b-x"], [""]])
def test_other_tags_stay(tags):
    assert not are_spans(tags)
    assert iob2(tags) == (tags, 0)


@given(st.lists(st.sampled_from(["O", "B-X", "I-X", "E-X", "S-X", "L-Y", "U-Y", "M-Y", "I-Y"])))
def test_what_is_iob2_stays(tags):
    once, _ = iob2(tags)
    assert iob2(once) == (once, 0)
    assert [tag[2:] for tag in once] == [tag[2:] for tag in tags]
