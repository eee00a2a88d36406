import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.lexicon import lexicon, write_lexicon
from calque.errors import BadFile, BadLines
from calque.values import Lexicon


def words(value):
    return [(source, target) for source, target, _ in value]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("eu-et.trans", "ura\tvesi\nura\tvee\nbi hitz\tkaks sõna\n"),
        ("a.csv", "ura,vesi\nura,vee\nbi hitz,kaks sõna\n"),
        ("a.csv", ",basque,estonian\n0,ura,vesi\n1,ura ,vee\n2,bi hitz,kaks sõna\n"),
        (
            "a.csv",
            "id,sourceLang,sourceString,targetString\n1,eu,ura,vesi\n2,eu,ura,vee\n3,eu,bi hitz,kaks sõna\n",
        ),
        ("a.tsv", "et\teu\nvesi\tura\nvee\tura\nkaks sõna\tbi hitz\n"),
    ],
)
def test_lists_with_and_without_header(put, name, content):
    value = lexicon(put(name, content), source="eus", target="est")
    assert (value.source, value.target) == ("eus", "est")
    assert list(value) == [("ura", "vesi", 1), ("ura", "vee", 1), ("bi hitz", "kaks sõna", 1)]


def test_row_numbers_and_two_languages_need_not_be_told(put):
    assert words(lexicon(put("a.csv", ",indonesian,english\n0,abu,ash\n"))) == [("abu", "ash")]


def test_two_words_per_line(put):
    path = put("en-es.txt", "the el\nthe la\nhouse  casa \n")
    assert words(lexicon(path)) == [("the", "el"), ("the", "la"), ("house", "casa")]
    with pytest.raises(BadLines) as caught:
        lexicon(put("en-es.txt", "the el\nold house casa\n\nalone\n"))
    assert caught.value.lines == [
        "en-es.txt:2: expected two words, found 3; a tab may separate phrases",
        "en-es.txt:4: expected two words, found 1; a tab may separate phrases",
    ]


def test_columns_are_taken_as_told(put):
    path = put("a.tsv", "x\tura\tvesi\t0.5\n")
    columns = {"source": 2, "target": 3, "weight": 4}
    assert list(lexicon(path, columns=columns)) == [("ura", "vesi", 0.5)]
    path = put("b.tsv", "en\tet\teu\nwater\tvesi\tura\n")
    assert words(lexicon(path, columns={"source": "eu", "target": "et"})) == [("ura", "vesi")]


def test_weights(put):
    assert list(lexicon(put("a.tsv", "ura\tvesi\t0.5\nbi\tkaks\t2\n"))) == [
        ("ura", "vesi", 0.5),
        ("bi", "kaks", 2.0),
    ]
    assert list(lexicon(put("b.tsv", "ura\tvesi\tx\n"))) == [("ura", "vesi", 1.0)]
    path = put("c.csv", "source,target,weight\na,b,0\na,b,nan\na,b,1\na,b,inf\n")
    with pytest.raises(BadLines) as caught:
        lexicon(path)
    assert caught.value.lines == [
        f"c.csv:{line}: the weight must be a number above 0, found '{found}'"
        for line, found in ((2, "0"), (3, "nan"), (5, "inf"))
    ]
    assert len(lexicon(path, drop_bad=True)) == 1


def test_a_row_cut_by_a_comma_is_put_together_and_counted(put, caplog):
    path = put("f_en-uk.csv", "id,sourceString,targetString\n5,droplets,крапельки, що\n6,a,b\n")
    assert words(lexicon(path)) == [("droplets", "крапельки, що"), ("a", "b")]
    assert caplog.messages == ["f_en-uk.csv: 1 rows cut by an unquoted comma put together again"]
    with pytest.raises(BadLines, match=r"b.csv:2: expected 2 columns, found 3"):
        lexicon(put("b.csv", "a,b\na,b,c\n"))


def test_empty_words_are_left_out_and_counted(put, caplog):
    assert words(lexicon(put("a.csv", ",indonesian,balinese\n0,abu, \n1,,x\n2,abu,aon\n"))) == [
        ("abu", "aon")
    ]
    assert caplog.messages == ["a.csv: 2 rows without a word on one side left out"]


def test_an_empty_list_is_no_rows_and_one_column_is_no_list(put, caplog):
    assert len(lexicon(put("a.tsv", ""))) == 0
    assert caplog.messages == ["a.tsv: empty file, no word pairs"]
    with pytest.raises(BadFile, match=r"a.csv: expected two columns of words, found 1"):
        lexicon(put("a.csv", "ura\nbi\n"))


WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
WORDS = WORD.map(lambda word: re.sub("\r+\n", "\n", word).strip()).filter(bool)


@given(st.lists(st.tuples(WORDS, WORDS, st.floats(1e-9, 1e9))))
@settings(deadline=None, max_examples=40)
def test_word_pairs_come_back(there_and_back, entries):
    value = Lexicon.of(entries)
    assert (
        there_and_back(value, write_lexicon, lexicon, "a.tsv").fingerprint() == value.fingerprint()
    )
