import pytest

from calque.errors import BadSetting
from calque.synthetic import family, named


def test_a_line_is_a_family():
    assert named("") == family()
    line = "languages=3 tree=star seed=4 cognates=0.5 scripts=Latn,Cyrl order=SVO articles=yes,no clone=no"
    assert named(line) == family(
        languages=3,
        tree="star",
        seed=4,
        cognates=0.5,
        scripts=("Latn", "Cyrl"),
        order="SVO",
        articles=(True, False),
    )
    assert named("languages=3 clone=yes").clones == ("qaa", "qaa")
    assert named(line) is named(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("cognate=1", "no setting 'cognate'; did you mean cognates"),
        ("cognates", "expected cognates=value, found 'cognates'"),
        ("languages=many", "languages must be int, got 'many'"),
        ("overlap=x", "overlap must be float, got 'x'"),
        ("articles=perhaps", "articles must be yes or no, got 'perhaps'"),
        ("clone=1", "clone must be yes or no, got '1'"),
    ],
)
def test_lines_that_describe_nothing(line, message):
    with pytest.raises(BadSetting, match=message):
        named(line)
