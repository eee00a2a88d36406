import pytest

from calque.data.delimited import Delimited
from calque.data.lines import Problems
from calque.errors import BadLines


def rows(path, *, header=False, glue=False, **settings):
    problems = Problems(path)
    file = Delimited(path, problems, **settings)
    found = [row for _, row in file.rows(header=header, glue=glue)]
    problems.settle()
    return file, found


@pytest.mark.parametrize(
    ("name", "content", "separator"),
    [
        ("a.tsv", "one, two\tthree", "\t"),
        ("a.txt", "one, two\tthree", "\t"),
        ("a.txt", "one, two", None),
        ("a.txt", "text,label\none, two", ","),
        ("a.csv", "one,two", ","),
        ("a.csv", "one;two, three;four", ";"),
        ("a.csv", '"one;two;three",four', ","),
        ("a.csv.gz", "one,two", ","),
        ("a.csv", "alone", ","),
    ],
)
def test_the_separator_is_told_by_name_and_first_line(put, name, content, separator):
    assert Delimited(put(name, content), Problems(name)).separator == separator


@pytest.mark.parametrize(
    ("content", "quoted", "why"),
    [
        ('a\tb\n"say ""ah"""\tc\n', True, "1 cells look quoted, 0 hold stray quotes"),
        ('a\tb\nsay "ah"\tc\n', False, "0 cells look quoted, 1 hold stray quotes"),
        ('a\tb\nsay ""ah""\tc\n', False, "0 cells look quoted, 1 hold stray quotes"),
        ('a\tb\n"a whole quotation"\tc\nd\te\n', False, "0 cells look quoted, 1 hold stray quotes"),
        ('a\tb\n"one"\tc\n"two"\te\n"three"\tf', False, "0 cells look quoted, 3 hold stray quotes"),
        (
            '"a"\tb\n"one"\tc\n"two"\te\n"three"\tf',
            True,
            "4 cells look quoted, 0 hold stray quotes",
        ),
        ('a\tb\n"with a\ttab"\tc\n', True, "1 lines fail as plain text, 0 as CSV"),
        ('a\tb\n"over\ntwo lines"\tc\n', True, "1 lines fail as plain text, 0 as CSV"),
        ('a\tb\n"open\tc\nd\te\n', False, "0 lines fail as plain text, 2 as CSV"),
        ('a\tb\n"closed" early\tc\n', False, "0 lines fail as plain text, 1 as CSV"),
        ("a\tb\n", False, "none seen"),
    ],
)
def test_quoting_is_decided_by_evidence(put, content, quoted, why):
    file = Delimited(put("a.tsv", content), Problems("a.tsv"))
    assert (file.quoted, file.why) == (quoted, why)


def test_a_csv_without_evidence_is_quoted(put):
    assert Delimited(put("a.csv", "a,b\n"), Problems("a.csv")).quoted


def test_quoting_can_be_told(put):
    path = put("a.tsv", '"one"\ttwo\n')
    assert rows(path, quoted=True)[1] == [["one", "two"]]
    assert rows(path, quoted=False)[1] == [['"one"', "two"]]


def test_a_quoted_cell_may_span_lines_and_be_huge(put):
    long = "x" * 300_000
    path = put("a.csv", f'a,b\n"one\r\ntwo\u2028three","{long}"\n\n')
    assert rows(path)[1] == [["a", "b"], ["one\ntwo\u2028three", long]]


def test_rows_of_another_width_are_bad(put):
    path = put("a.tsv", 'a\tb\nc\nd\te\n\nf\tg\th "i"\n')
    with pytest.raises(BadLines) as caught:
        rows(path)
    assert caught.value.lines == [
        "a.tsv:2: expected 2 columns, found 1; columns are separated by tabs",
        "a.tsv:5: expected 2 columns, found 3; quoted=true undoes quotes",
    ]


def test_broken_quotes_are_bad_where_they_begin(put):
    path = put("a.csv", 'a,b\n"c" d,e\nf,g\n"h\ni,j\nk","l",m\nn,"o\n')
    with pytest.raises(BadLines) as caught:
        rows(path, quoted=True)
    assert caught.value.lines == [
        "a.csv:2: text after a closing quote; quoted=false takes quotes as characters",
        "a.csv:4: expected 2 columns, found 3 in lines 4 to 6; is a quote left open? quoted=false "
        "takes quotes as characters",
        "a.csv:7: a quote is opened and never closed; quoted=false takes quotes as characters",
    ]


def test_a_bad_first_row_does_not_hide_the_header(put):
    path = put("a.csv", '"a" x,b\nc,d\ne,f\n')
    problems = Problems(path, drop_bad=True)
    file = Delimited(path, problems, quoted=True)
    assert file.first == ["c", "d"]
    assert [row for _, row in file.rows(header=True)] == [["e", "f"]]


def test_a_row_cut_at_a_comma_is_glued_where_a_space_shows_it(put):
    path = put("a.csv", "a,b\nsoup, hot,c\nd,e, f\ng,h,i\n")
    problems = Problems(path, drop_bad=True)
    file = Delimited(path, problems)
    assert [row for _, row in file.rows(header=False, glue=True)] == [
        ["a", "b"],
        ["soup, hot", "c"],
        ["d", "e, f"],
    ]
    assert file.glued == 2
    assert problems.count == 1
