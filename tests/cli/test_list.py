"""`calque list`."""

import shelf


def test_families(letters, calque_command):
    rows = {row["family"]: row for row in calque_command("list").rows}
    assert rows["letters"] == {"family": "letters", "parts": "7", "recipes": "1", "papers": "0"}
    assert rows["wordalign"]["papers"] == "9"
    assert (
        calque_command("list", "--json").json == calque_command("list", "families", "--json").json
    )


def test_a_family_lists_parts_and_recipes(letters, calque_command):
    rows = calque_command("list", "letters", "--json").json
    assert {
        "kind": "part",
        "name": "letters.twice",
        "role": "part",
        "about": "Double a number.",
    } in rows
    about = "Repeat lines and count characters."
    assert rows[-1] == {"kind": "recipe", "name": "letters/count", "about": about}


def test_a_role_lists_its_parts(letters, calque_command):
    assert [row["name"] for row in calque_command("list", "reader").rows] == ["letters.read"]
    answer = calque_command("list", "aligner")
    assert (answer.code, answer.out, answer.err) == (0, "", "nothing under 'aligner' yet\n")


def test_kinds(letters, calque_command):
    assert len(calque_command("list", "parts").rows) == 7
    assert calque_command("list", "recipes").rows[0]["name"] == "letters/count"
    roles = {row["role"]: row["parts"] for row in calque_command("list", "roles").rows}
    assert roles["reader"] == "1" and roles["aligner"] == "0"


def test_papers_know_how_far_they_have_come(letters, calque_command):
    text = (letters / "recipes" / "letters" / "count.yaml").read_text()
    shelf.put(letters, "recipes/wordalign/simalign.yaml", text)
    shelf.put(letters, "recipes/wordalign/accalign.yaml", f"partly: no weights\n{text}")
    shelf.put(letters, "recipes/letters/otalign.yaml", text)  # on another shelf than its row
    answer = calque_command("list", "papers", "--json")
    rows = {row["id"]: row for row in answer.json}
    assert len(rows) == 184
    assert (rows["simalign"]["state"], rows["simalign"]["missing"]) == ("works", None)
    assert (rows["accalign"]["state"], rows["accalign"]["missing"]) == ("partly", "no weights")
    assert rows["otalign"]["state"] == "planned"
    assert rows["wechsel"]["title"].startswith("WECHSEL: Effective initialization")
    assert calque_command("list", "papers").err == "1 works, 1 partly, 182 planned\n"


def test_an_unknown_shelf(letters, calque_command):
    answer = calque_command("list", "lettres")
    assert answer.code == 2
    assert (
        answer.err
        == "error: no family, role or kind of thing named 'lettres'; did you mean letters?\n"
    )
