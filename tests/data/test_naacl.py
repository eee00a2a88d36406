import pytest

from calque.data.naacl import naacl, write_naacl
from calque.errors import BadFile, BadLines, BadSetting
from calque.values import Bitext

PAIRS = Bitext.of([("a b c", "d e"), ("f", "g")], tokenized=True)


def shown(links):
    return [
        [(int(i), int(j), bool(s)) for (i, j), s in zip(one.pairs, one.sure, strict=True)]
        for one in links
    ]


@pytest.mark.parametrize(
    "content",
    [
        "1 1 2\n1 3 1 P\n2 1 1 S\n",
        "0 1 2 S\r\n0 3 1 P 0.5\r\n1 1 1\r\n\r\n",
        "0026 1 2 S\n0026 3 1 P\n0031 1 1 S",
        "7 1 1\n4 3 1 P\n4 1 2\n",
    ],
)
def test_sentence_numbers_may_start_anywhere_and_have_gaps(put, content):
    links = naacl(put("align.txt", content), PAIRS)
    assert shown(links) == [[(0, 1, True), (2, 0, False)], [(0, 0, True)]]
    assert [one.size for one in links] == [(3, 2), (1, 1)]


def test_pairs_without_links_need_numbers_that_are_places(put):
    assert shown(naacl(put("a.txt", "2 1 1\n"), PAIRS)) == [[], [(0, 0, True)]]
    assert shown(naacl(put("a.txt", "0 1 1\n"), PAIRS)) == [[(0, 0, True)], []]
    assert shown(naacl(put("a.txt", ""), PAIRS)) == [[], []]
    with pytest.raises(BadFile) as caught:
        naacl(put("a.txt", "26 1 1\n"), PAIRS)
    assert str(caught.value) == (
        "a.txt has links of 1 sentences, numbered 26 to 26, the bitext has 2 pairs"
    )


def test_bad_links_have_their_line(put):
    path = put("a.txt", "1 1 -99\n1 1 1\n2 1 x\n2 1 1\n2 2 1\n")
    with pytest.raises(BadLines) as caught:
        naacl(path, PAIRS)
    assert caught.value.lines == [
        "a.txt:3: expected 'sentence source target [S|P]', found '2 1 x'",
        "a.txt:1: link 1 -99, counted from 1, lies outside 3 by 2 words; "
        "drop_bad=true leaves such links out",
        "a.txt:5: link 2 1, counted from 1, lies outside 1 by 1 words; "
        "drop_bad=true leaves such links out",
    ]
    assert shown(naacl(path, PAIRS, drop_bad=True)) == [[(0, 0, True)], [(0, 0, True)]]


def test_base_is_checked(put):
    with pytest.raises(BadSetting, match=r"base must be 0 or 1, got -1"):
        naacl(put("a.txt", ""), PAIRS, base=-1)
    assert shown(naacl(put("a.txt", "1 0 0\n2 0 0\n"), PAIRS, base=0))[1] == [(0, 0, True)]


def test_links_come_back(there_and_back, put):
    links = naacl(put("a.txt", "1 1 2\n1 3 1 P\n2 1 1 S\n"), PAIRS)
    back = there_and_back(links, write_naacl, lambda path: naacl(path, PAIRS), "b.txt")
    assert [one.fingerprint() for one in back] == [one.fingerprint() for one in links]
