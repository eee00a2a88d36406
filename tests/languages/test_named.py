"""English names of languages, and codes that have none."""

from calque.languages.named import named


def test_names_and_codes_of_ones_own():
    assert [named(code) for code in ("swh", "kik", "sw")] == ["Swahili", "Kikuyu", "Swahili"]
    assert [named(code) for code in ("qaa", "no such code")] == ["qaa", "no such code"]
