"""Parts are found by the file system, and known by their source."""

import pytest
import shelf

from calque import registry
from calque.errors import UnknownName


def test_a_part_is_what_its_source_says(letters):
    info = registry.find("letters.repeat")
    assert (info.role, info.paper, info.returns) == ("part", "somebody-2020-letters", "Texts")
    assert (info.about, info.family) == ("Repeat every text.", "letters")
    assert [(p.name, p.annotation, p.default, p.setting) for p in info.parameters] == [
        ("texts", "Texts", None, False),
        ("times", "int", "2", True),
        ("mark", "str", "''", True),
    ]
    assert registry.find("letters.read").role == "reader"


def test_a_file_without_a_function_of_its_name_is_no_part(letters):
    shelf.put(letters, "letters/shared.py", "def other():\n    return 1\n")
    assert "letters.shared" not in registry.parts()
    assert registry.families() == ("letters",)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("letters.repaet", "; did you mean letters.repeat?"),
        ("words.repeat", "; did you mean letters.repeat?"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_an_unknown_part_names_the_nearest(letters, name, hint):
    with pytest.raises(UnknownName) as caught:
        registry.find(name)
    assert str(caught.value) == f"no part named '{name}'{hint}"


def test_a_part_is_its_function(letters):
    assert registry.part("letters.twice")(4, plus=1) == 9


def test_the_source_key_changes_with_the_part_and_with_what_it_imports(letters):
    shelf.put(letters, "maths/__init__.py", "")
    shelf.put(letters, "maths/three.py", "THREE = 3\n")
    text = "@part\ndef thrice(): ..."
    shelf.put(letters, "letters/thrice.py", f"from calque.maths.three import THREE\n{text}")
    before = registry.source_key("letters.thrice")
    other = registry.source_key("letters.twice")
    shelf.put(letters, "maths/three.py", "THREE = 3.0\n")
    assert registry.source_key("letters.thrice") != before
    assert registry.source_key("letters.twice") == other
    shelf.put(letters, "maths/three.py", "THREE = 3\n")
    assert registry.source_key("letters.thrice") == before
    shelf.put(letters, "maths/three.html", "<p>")  # a template counts as its module's source
    drawn = registry.source_key("letters.thrice")
    assert drawn != before
    shelf.put(letters, "maths/three.html", "<b>")
    assert registry.source_key("letters.thrice") != drawn
    shelf.put(letters, "letters/thrice.py", text)
    assert registry.source_key("letters.thrice") != before


def test_names_of_all_parts_are_their_files():
    for name, info in registry.parts().items():
        assert info.file == registry.PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
