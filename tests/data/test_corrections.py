"""Corrections are read as the page saves them; what else is there is located."""

import pytest

from calque.data.corrections import corrections
from calque.errors import BadFile, BadLines

HEAD = "example\tspan\tchange\tstart\tend\twords\n"


def test_rows_are_read_with_their_lines(tmp_path):
    path = tmp_path / "corrections.tsv"
    path.write_text(
        f'{HEAD}3\t1\twrong\t\t\t"Asha\n4\t2\tplace\t0\t2\tNew York\n', encoding="utf-8"
    )
    assert list(corrections(path)) == [
        {"example": 3, "span": 1, "change": "wrong", "start": None, "end": None,
         "words": '"Asha', "line": 2},
        {"example": 4, "span": 2, "change": "place", "start": 0, "end": 2,
         "words": "New York", "line": 3},
    ]  # fmt: skip
    path.write_text(HEAD, encoding="utf-8")
    assert len(corrections(path)) == 0


def test_bad_rows_are_located(tmp_path):
    path = tmp_path / "corrections.tsv"
    path.write_text(f"{HEAD}1\t1\tmaybe\t\t\ta\n1\t1\tplace\tx\t2\ta\n1\t-1\twrong\t\t\ta\n")
    with pytest.raises(BadLines) as raised:
        corrections(path)
    said = str(raised.value).splitlines()
    assert "corrections.tsv:2: change must be wrong or place, found 'maybe'" in said[0]
    assert "corrections.tsv:3: start must be a whole number, found 'x'" in said[1]
    assert "corrections.tsv:4: span must be a whole number, found '-1'" in said[2]
    for content in ("", "a\tb\n1\t2\n"):
        path.write_text(content)
        with pytest.raises(BadFile, match="expected the columns example span change"):
            corrections(path)
