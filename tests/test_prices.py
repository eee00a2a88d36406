"""Price sheets."""

import pytest

from calque.errors import BadFile
from calque.prices import Prices, read_prices


def test_an_hour_and_a_million_characters():
    prices = Prices(machine_hour=0.5, million_characters=20.0)
    assert prices.of(3600, 0) == 0.5
    assert prices.of(0, 250_000) == 5.0
    assert prices.of(1800, 50_000) == 1.25


def test_a_sheet(tmp_path):
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text("machine_hour: 2\ncurrency: €\n", encoding="utf-8")
    assert read_prices(sheet) == Prices(2.0, 0.0, "€")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "a price sheet has lines such as"),
        ("million_characters: 20", "a price sheet has lines such as"),
        ("machine_hour: 1\nhour: 2", "no price 'hour'"),
        ("machine_hour: cheap", "must be a number of at least 0, got 'cheap'"),
        ("machine_hour: -1", "got -1"),
        ("machine_hour: .nan", "got nan"),
        ("machine_hour: true", "got True"),
        ("machine_hour: [", "not YAML"),
    ],
)
def test_what_is_no_sheet(tmp_path, text, wrong):
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(text)
    with pytest.raises(BadFile, match=wrong):
        read_prices(sheet)
    with pytest.raises(BadFile, match="cannot be read"):
        read_prices(tmp_path / "none.yaml")
