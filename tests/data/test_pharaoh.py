import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.pharaoh import pharaoh, write_pharaoh
from calque.errors import BadFile, BadLines, BadSetting, BadValue
from calque.values import Bitext, Links

PAIRS = Bitext.of([("a b c", "d e"), ("f", "g"), ("", "h")], tokenized=True)


def shown(links):
    return [
        [(int(i), int(j), bool(s)) for (i, j), s in zip(one.pairs, one.sure, strict=True)]
        for one in links
    ]


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        ("0-1 2p0\n0-0\n\n", {}),
        ("2-0P 0-1S \r\n0-0S\r\n\r\n", {}),
        ("1-2 3p1\n1-1\n\n", {"base": 1}),
        ("x\ty\t0-1 2p0\nx\ty\t0-0\n\t\t\n", {"column": 3}),
        ("source\ttarget\tgold links\nx\ty\t0-1 2p0\nx\ty\t0-0\n\t\t\n", {"column": 3}),
    ],
)
def test_links_of_each_pair(put, content, settings):
    links = pharaoh(put("a.gold", content), PAIRS, **settings)
    assert shown(links) == [[(0, 1, True), (2, 0, False)], [(0, 0, True)], []]
    assert [one.size for one in links] == [(3, 2), (1, 1), (0, 1)]


def test_sizes_count_words_between_spaces_only(put):
    pairs = Bitext.of([("a\u3000b \u3000  c", "d\xa0e")], tokenized=True)
    assert pharaoh(put("a.gold", "2-0\n"), pairs)[0].size == (3, 1)


def test_a_link_twice_is_sure_if_it_is_once(put, caplog):
    assert shown(pharaoh(put("a.gold", "0p1 0-1 1-1 1p1\n\n\n"), PAIRS))[0] == [
        (0, 1, True),
        (1, 1, True),
    ]
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == [
        "a.gold: 2 links occur twice, one is kept, 2 of them sure and possible, kept as sure; at line 1"
    ]


def test_bad_links_have_their_line(put, caplog):
    path = put("a.gold", "0-1 0-2 x-1\n1-1\n0--99\n")
    with pytest.raises(BadLines) as caught:
        pharaoh(path, PAIRS)
    rest = "drop_bad=true leaves such links out"
    assert caught.value.lines == [
        "a.gold:1: link 0 2, counted from 0, lies outside 3 by 2 words; are they counted from 1 "
        f"(base=1)? {rest}",
        "a.gold:1: expected a link such as 3-4, 3p4 or 3-4S, found 'x-1'",
        "a.gold:2: link 1 1, counted from 0, lies outside 1 by 1 words; are they counted from 1 "
        f"(base=1)? {rest}",
        f"a.gold:3: link 0 -99, counted from 0, lies outside 0 by 1 words; are they counted from 1 (base=1)? {rest}",
    ]
    assert shown(pharaoh(path, PAIRS, drop_bad=True)) == [[(0, 1, True)], [], []]
    assert next(r.message for r in caplog.records if r.levelname == "WARNING").startswith(
        "a.gold: 4 bad links left out, the first: a.gold:1: link"
    )
    with pytest.raises(BadLines, match=r"link 0 1, counted from 1, .*counted from 0 \(base=0\)\?"):
        pharaoh(put("b.gold", "0-1\n\n\n"), PAIRS, base=1)


SIX = Bitext.of([("a b c", "d e f")] * 6, tokenized=True)


def test_links_that_are_left_out_do_not_shift_the_rest(put, caplog):
    from_zero = put("zero.gold", "0-0 1-1 2-2\n" * 4 + "1-1 2-2\n" * 2)
    with pytest.raises(BadFile, match=r"4 of 6 pairs have links with a word 0, so .* give base=0"):
        pharaoh(from_zero, SIX, base=1, drop_bad=True)
    from_one = put("one.gold", "1-1 2-2 3-3\n" * 6)
    with pytest.raises(BadFile, match=r"no link has a word 0, 6 lie just past .* give base=1"):
        pharaoh(from_one, SIX, drop_bad=True)
    assert sum(map(len, pharaoh(put("inside.gold", "1-1 2-2\n" * 6), SIX))) == 12
    assert "no link of 6 pairs has a word 0; are they counted from 1 (base=1)?" in caplog.text
    some = put("null.gold", "1-1 0-2\n" + "1-1 2-2\n" * 5)  # 0 as the null word, here and there
    assert sum(map(len, pharaoh(some, SIX, base=1, drop_bad=True))) == 11


def test_doubled_links_are_told_by_their_lines(put, caplog):
    pharaoh(put("a.gold", "0-0 0-0\n0-0\n0p1 1-1\n0-0 0p0 2-2\n0-0\n0-0\n"), SIX)
    assert caplog.messages[0] == (
        "a.gold: 2 links occur twice, one is kept, 1 of them sure and possible, kept as sure; "
        "at lines 1, 4"
    )


def test_lengths_must_agree(put):
    with pytest.raises(BadFile) as caught:
        pharaoh(put("a.gold", "0-0\n\n\n\n"), PAIRS)
    assert str(caught.value) == "a.gold has 4 lines of links, the bitext has 3 pairs"
    # as many lines as pairs: the first is none of names
    with pytest.raises(BadLines, match=r"a.gold:1: expected a link such as .* found 'links'"):
        pharaoh(put("a.gold", "source\tlinks\nx\t0-0\nx\t\n"), PAIRS, column=2)


def test_settings_and_sentences_are_checked(put):
    path = put("a.gold", "0-0\n\n\n")
    with pytest.raises(BadSetting, match=r"base must be 0 or 1, got 2"):
        pharaoh(path, PAIRS, base=2)
    with pytest.raises(BadLines, match=r"a.gold:1: no column 2 for the links, found 1 columns"):
        pharaoh(path, PAIRS, column=2)
    with pytest.raises(BadValue, match=r"read their sentences with tokenized=true"):
        pharaoh(path, Bitext.of([("a", "b")]))


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_links_come_back(there_and_back, data):
    links, pairs = [], []
    for _ in range(data.draw(st.integers(0, 3))):
        m, n = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
        grid = data.draw(st.lists(st.sampled_from([0, 1, 2]), min_size=m * n, max_size=m * n))
        cells = np.array(grid).reshape(m, n)
        places = np.argwhere(cells)
        links.append(Links(places, (m, n), sure=cells[places[:, 0], places[:, 1]] == 1))
        pairs.append((" ".join("a" * m), " ".join("b" * n)))
    bitext = Bitext.of(pairs, tokenized=True)
    for base in (0, 1):
        back = there_and_back(
            links,
            lambda value, path, base=base: write_pharaoh(value, path, base=base),
            lambda path, base=base: pharaoh(path, bitext, base=base),
            "a.gold",
        )
        assert [one.fingerprint() for one in back] == [one.fingerprint() for one in links]
