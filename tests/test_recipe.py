"""Recipes are read whole and checked before anything runs."""

import pytest
import shelf

import calque
from calque import recipe
from calque.errors import BadFile, BadRecipe, UnknownName
from calque.program import python

GOOD = """
about: x
inputs: {file: toy/lines.txt}
steps:
  lines: {use: letters.read, path: $file}
  more: {use: letters.repeat, texts: $lines}
"""

BAD = {
    "unknown part": (
        "steps: {lines: {use: letters.raed, path: toy/lines.txt}}",
        "bad.yaml, step 'lines': no part named 'letters.raed'; did you mean letters.read?",
    ),
    "unknown setting": (
        "steps: {t: {use: letters.twice, number: 1, plsu: 2}}",
        "bad.yaml, step 't': letters.twice has no setting 'plsu'; did you mean plus?; it has: plus",
    ),
    "missing argument": (
        "steps: {t: {use: letters.twice}}",
        "bad.yaml, step 't': letters.twice needs 'number'",
    ),
    "wrong type": (
        "steps: {t: {use: letters.twice, number: one}}",
        "bad.yaml, step 't': letters.twice: setting 'number' must be int, got 'one'",
    ),
    "a truth is no number": (
        "steps: {t: {use: letters.twice, number: true}}",
        "bad.yaml, step 't': letters.twice: setting 'number' must be int, got True",
    ),
    "nothing is no number": (
        "steps: {t: {use: letters.twice, number: null}}",
        "bad.yaml, step 't': letters.twice: setting 'number' must be int, got None",
    ),
    "wrong type of an input": (
        "inputs: {n: one}\nsteps: {t: {use: letters.twice, number: $n}}",
        "bad.yaml, step 't': letters.twice: setting 'number' must be int, got 'one'",
    ),
    "wrong type of one of many": (
        "steps: {t: {use: letters.twice, each: [number], number: [1, one]}}",
        "bad.yaml, step 't': letters.twice: setting 'number' must be int, got 'one'",
    ),
    "a number is no path": (
        "steps: {t: {use: letters.read, path: 5}}",
        "bad.yaml, step 't': letters.read: setting 'path' must be Path, got 5",
    ),
    "unknown reference": (
        "inputs: {number: 1}\nsteps: {t: {use: letters.twice, number: $nubmer, plus: $number}}",
        "bad.yaml, step 't': '$nubmer' is no input or earlier step; did you mean number?",
    ),
    "later step": (
        "steps: {a: {use: letters.twice, number: $b}, b: {use: letters.twice, number: 1}}",
        "bad.yaml, step 'a': '$b' is no input or earlier step",
    ),
    "unused input": (
        "inputs: {n: 1}\nsteps: {t: {use: letters.twice, number: 1}}",
        "bad.yaml: no step uses the input 'n'",
    ),
    "name taken": (
        "inputs: {t: 1}\nsteps: {t: {use: letters.twice, number: $t}}",
        "bad.yaml, step 't': the name is taken by an input or an earlier step",
    ),
    "value that does not fit": (
        "steps: {t: {use: letters.total, numbers: [1]}, u: {use: letters.repeat, texts: $t}}",
        "bad.yaml, step 'u': letters.repeat takes Texts as 'texts', but $t is Score",
    ),
    "value for a number": (
        "steps: {t: {use: letters.total, numbers: [1]}, u: {use: letters.twice, number: $t}}",
        "bad.yaml, step 'u': letters.twice takes int as 'number', but $t is Score",
    ),
    "forgotten each": (
        "steps: {t: {use: letters.twice, each: [number], number: [1, 2]}, "
        "u: {use: letters.twice, number: $t}}",
        "bad.yaml, step 'u': letters.twice takes int as 'number', but $t is list[int]; "
        "walk it with each: [number]",
    ),
    "each of nothing": (
        "steps: {t: {use: letters.twice, number: 1, each: [plus]}}",
        "bad.yaml, step 't': 'each' names 'plus', which is not among the arguments given",
    ),
    "each is text": (
        "steps: {t: {use: letters.twice, number: 1, each: number}}",
        "bad.yaml, step 't': 'each' must be a list of names of arguments, got 'number'",
    ),
    "unknown part inside": (
        "steps: {t: {use: letters.total, numbers: [1], change: {use: letters.twiec}}}",
        "bad.yaml, step 't': no part named 'letters.twiec'; did you mean letters.twice?",
    ),
    "unknown part inside a list": (
        "steps: {t: {use: letters.total, numbers: [{use: letters.twiec}]}}",
        "bad.yaml, step 't': no part named 'letters.twiec'; did you mean letters.twice?",
    ),
    "unknown part as an input": (
        "inputs: {f: {use: letters.twiec}}\n"
        "steps: {t: {use: letters.total, numbers: [1], change: $f}}",
        "bad.yaml, step 't': no part named 'letters.twiec'; did you mean letters.twice?",
    ),
    "wrong setting inside": (
        "steps: {t: {use: letters.total, numbers: [1], change: {use: letters.twice, plus: x}}}",
        "bad.yaml, step 't': letters.twice: setting 'plus' must be int, got 'x'",
    ),
    "expects no step": (
        "steps: {t: {use: letters.twice, number: 1}}\nexpect: {toy: {u: 1}}",
        "bad.yaml: 'expect' names 'u', which is no step",
    ),
    "unknown key": (
        "step: {}\nsteps: {t: {use: letters.twice, number: 1}}",
        "bad.yaml: no key 'step' in a recipe; there are: "
        "about, paper, partly, inputs, steps, expect, receipt",
    ),
    "no steps": ("about: x", "bad.yaml: a recipe has a mapping 'steps' with at least one step"),
    "empty": ("", "bad.yaml: a recipe has a mapping 'steps' with at least one step"),
    "a list": ("[1, 2]", "bad.yaml: a recipe has a mapping 'steps' with at least one step"),
    "no use": ("steps: {t: {number: 1}}", "bad.yaml, step 't': needs 'use: family.part'"),
    "inputs of another shape": (
        "inputs: [a]\nsteps: {t: {use: letters.twice, number: 1}}",
        "bad.yaml: 'inputs' must be a mapping, got ['a']",
    ),
    "input without a text as name": (
        "inputs: {no: 1}\nsteps: {t: {use: letters.twice, number: 1}}",
        "bad.yaml: the name of an input must be text, got False; put it in quotes",
    ),
    "expect of another shape": (
        "steps: {t: {use: letters.twice, number: 1}}\nexpect: {toy: 3}",
        "bad.yaml: 'expect: toy' must be a mapping of steps to values, got 3",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_recipe_says_what_is_wrong(letters, tmp_path, case):
    text, message = BAD[case]
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(BadRecipe) as caught:
        recipe.read(tmp_path / "bad.yaml")
    assert str(caught.value) == message


def test_a_seed_is_not_negative(letters, tmp_path):
    drawn = """
        from calque.roles import part

        @part
        def drawn(number: int, *, seed: int = 0) -> int:
            '''Draw.'''
            return number
    """
    shelf.put(letters, "letters/drawn.py", drawn)
    (tmp_path / "bad.yaml").write_text(
        "inputs: {s: -1}\nsteps: {t: {use: letters.drawn, number: -1, seed: $s}}"
    )
    with pytest.raises(BadRecipe, match=r"'t': letters\.drawn: setting 'seed' must be at least 0"):
        recipe.read(tmp_path / "bad.yaml")


def test_everything_wrong_is_said_at_once(letters, tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "steps: {a: {use: letters.twice, number: x}, b: {use: letters.nothing}}"
    )
    with pytest.raises(BadRecipe, match=r"(?s)step 'a'.*\n.*step 'b'"):
        recipe.read(tmp_path / "bad.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: {a: {use: letters.twice, number: 1}, a: {use: x}}", "the key 'a' stands twice"),
        ("steps: {a: {use: letters.twice, number: 1, number: 2}}", "the key 'number' stands twice"),
        ("steps: [", "not YAML"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
    ],
)
def test_what_is_not_yaml_or_loses_a_key(letters, tmp_path, text, message):
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(BadRecipe, match=message):
        recipe.read(tmp_path / "bad.yaml")


def test_bytes_are_not_yaml(letters, tmp_path):
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecipe, match="not YAML"):
        recipe.read(tmp_path / "bad.yaml")


def test_recipes_are_found_by_name_family_and_path(letters):
    file = letters / "recipes" / "letters" / "count.yaml"
    assert recipe.find("count") == recipe.find("letters/count") == recipe.find(file) == file
    assert recipe.find(str(file)) == file
    with pytest.raises(UnknownName, match=r"no recipe named 'cuont'; did you mean count\?"):
        recipe.find("cuont")
    with pytest.raises(BadFile, match=r"nowhere\.yaml: no such recipe file"):
        recipe.find("nowhere.yaml")
    shelf.put(letters, "recipes/words/count.yaml", GOOD)
    with pytest.raises(UnknownName, match="several recipes; say letters/count or words/count"):
        recipe.find("count")
    assert recipe.find("words/count").parent.name == "words"


def test_paths_are_made_where_the_part_takes_paths(letters):
    made = recipe.resolve("$file", {"file": "toy/lines.txt"}, {}, "Path")
    assert made == letters / "toy" / "lines.txt"
    assert recipe.resolve("minilm", {}, {}, "Path | str") == "minilm"
    assert recipe.resolve("toy/lines.txt", {}, {}, "str") == "toy/lines.txt"
    assert recipe.resolve(["a.txt"], {}, {}, "list[Path]")[0].name == "a.txt"


def test_results_are_given_on_as_they_are():
    result = [{"use": "nothing"}, "$other"]
    assert recipe.resolve("$made", {}, {"made": result}, "list") is result
    assert recipe.resolve("$text", {"text": "$5"}, {}, "str") == "$5"


def test_the_program_gives_what_the_recipe_gives(letters, capsys, monkeypatch):
    monkeypatch.setattr(calque, "__file__", str(letters / "__init__.py"))
    text = python(recipe.read("count"))
    exec(compile(text, "program", "exec"), {})
    assert capsys.readouterr().out.startswith("total 2300.0")


def test_the_program_reads_as_one_would_write_it(letters):
    assert python(recipe.read("count")).splitlines()[-6:-1] == [
        "times = 2",
        'lines = part("letters.read")(path=file)',
        'more = part("letters.repeat")(texts=lines, times=times)',
        'sizes = [part("letters.size")(text=_text) for _text in more]',
        "total = part(\"letters.total\")(numbers=sizes, change=partial(part('letters.twice'), plus=1))",
    ]


def test_names_that_python_keeps_for_itself_are_changed(letters, tmp_path):
    (tmp_path / "odd.yaml").write_text(
        "inputs: {class: 1, 2nd-one: 2}\n"
        "steps: {for: {use: letters.twice, number: $class, plus: $2nd-one}}"
    )
    scope: dict = {}
    exec(python(recipe.read(tmp_path / "odd.yaml")), scope)
    assert scope["_for"] == 4


def test_what_an_input_reaches(letters, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    made = recipe.read(tmp_path / "good.yaml")
    assert made.reached({"file"}) == {"lines", "more"}
    assert made.reached({"lines"}) == {"more"}
    assert made.reached({"elsewhere"}) == set()
