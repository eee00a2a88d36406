"""`calque cite`."""

import shelf


def test_a_paper_as_bibtex(letters, calque_command):
    text = calque_command("cite", "zett").out
    assert text.startswith("@misc{zett,\n  author = {Minixhofer, Benjamin and Ponti,")
    assert "\n  year = {2024},\n" in text and text.endswith("2405.07883}\n}\n")


def test_a_part_by_its_source(calque_command):
    answer = calque_command("cite", "wordalign.ibm1", "--json")
    assert answer.json == [
        {
            "name": "wordalign.ibm1",
            "key": "brown-etal-1993-mathematics",
            "source": 'Brown et al. 1993, "The Mathematics of Statistical Machine Translation", '
            "section 4.2",
        }
    ]


def test_a_recipe_by_its_row_and_its_parts(letters, calque_command):
    old = (letters / "letters" / "twice.py").read_text()
    shelf.put(
        letters, "letters/twice.py", f'"""Twice.\n\nSource: A 1990,\n"Two"\n\nMore.\n"""\n{old}'
    )
    shelf.put(
        letters,
        "recipes/wordalign/simalign.yaml",
        "steps: {a: {use: letters.twice, number: 1}, b: {use: letters.twice, number: $a}}",
    )
    entries = calque_command("cite", "wordalign/simalign", "simalign", "--json").json
    assert [(entry["name"], entry.get("source")) for entry in entries] == [
        ("simalign", None),
        ("letters.twice", 'A 1990, "Two"'),
    ]


def test_what_names_no_source_is_no_error(letters, calque_command):
    answer = calque_command("cite", "letters.repeat")
    assert (answer.code, answer.out) == (0, "")


def test_an_unknown_name(letters, calque_command):
    answer = calque_command("cite", "zet")
    assert answer.code == 2
    assert answer.err == "error: no paper, recipe or part named 'zet'; did you mean zett?\n"
