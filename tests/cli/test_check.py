"""`calque check`."""

import pytest
import shelf


def test_everything_is_right(letters, calque_command):
    answer = calque_command("check")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "checked 1 recipes and 7 parts: no problems\n"


BAD = {
    "no docstring": ("@part\ndef it(x: int) -> int: ...", "needs a docstring"),
    "broken first line": (
        '@part\ndef it(x: int) -> int:\n    """Do\n    this."""',
        "the first line of its docstring must be a sentence that ends there",
    ),
    "no type": ('@part\ndef it(x) -> int:\n    """Do."""', "'x' needs a type"),
    "no result": ('@part\ndef it(x: int):\n    """Do."""', "needs the type that it returns"),
    "no role": (
        '@redaer\ndef it(x: int) -> int:\n    """Do."""',
        "no role 'redaer'; did you mean reader?",
    ),
    "other arguments than its role": (
        '@reader\ndef it(file: Path) -> Texts:\n    """Do."""',
        "a reader takes (path), this takes (file)",
    ),
    "a setting before the data": (
        '@reader\ndef it(skip: int, path: Path) -> Texts:\n    """Do."""',
        "a reader takes (path), this takes (skip, path)",
    ),
    "too many settings": (
        "@part\ndef it(*, a: int=1, b: int=1, c: int=1, d: int=1, e: int=1, f: int=1, g: int=1)"
        ' -> int:\n    """Do."""',
        "has 7 settings, at most 6",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_part_that_departs_from_what_parts_are(letters, calque_command, case):
    text, message = BAD[case]
    shelf.put(letters, "letters/it.py", text)
    answer = calque_command("check")
    assert (answer.code, answer.out) == (1, f"letters.it: {message}\n")


def test_recipes_under_a_path(letters, tmp_path, calque_command):
    good, bad = tmp_path / "some" / "good.yaml", tmp_path / "some" / "bad.yaml"
    good.parent.mkdir()
    good.write_text("about: x\nsteps: {a: {use: letters.twice, number: 1}}")
    bad.write_text("steps: {a: {use: letters.twice, number: x}}")
    assert calque_command("check", good).code == 0
    answer = calque_command("check", good.parent, "--json")
    assert answer.code == 1
    assert answer.json == {
        "recipes": 2,
        "problems": ["bad.yaml, step 'a': letters.twice: setting 'number' must be int, got 'x'"],
    }
    bad.write_text("steps: {a: {use: letters.twice, number: 1}}")
    assert (
        calque_command("check", bad).out
        == "bad.yaml: needs 'about', a line that says what it does\n"
    )
    assert calque_command("check", tmp_path / "nowhere").code == 2
    assert calque_command("check", letters / "letters").code == 2


def test_what_ships_is_right(calque_command):
    answer = calque_command("check")
    assert answer.out == ""
    assert answer.code == 0
