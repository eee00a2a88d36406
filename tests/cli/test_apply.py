"""`calque apply`."""

import json
from pathlib import Path

import numpy as np
import pytest
import shelf
from safetensors.numpy import load_file

from calque import registry


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pairs.tsv").write_text("the cat\tdie Katze\nthe dog\tder Hund\ncat dog\tKatze Hund\n")
    Path("a.txt").write_text("yes\nno\nyes\n")
    Path("b.txt").write_text("yes\r\nyes\r\nyes\r\n")
    Path("tags.json").write_text('[["O", "B-PER"], ["O"]]')
    return tmp_path


def test_links_are_pharaoh_lines(here, calque_command):
    answer = calque_command(
        "apply", "wordalign.ibm1", "pairs.tsv", "--source", "eng", "--target=deu"
    )
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert len(lines) == 3
    assert "1-1" in lines[0].split()
    assert json.loads(calque_command("apply", "wordalign.ibm1", "pairs.tsv", "--json").out) == lines
    out = here / "links.txt"
    answer = calque_command("apply", "wordalign.ibm1", "pairs.tsv", "--out", out)
    assert (answer.out, out.read_text().splitlines()) == ("", lines)


def test_settings_are_typed_by_the_signature(here, calque_command):
    answer = calque_command("apply", "evaluation.accuracy", "a.txt", "b.txt", "--boot", "20")
    assert answer.out.startswith("accuracy 66.7 ± ")
    assert "n:3 boot:20 seed:0" in answer.out
    answer = calque_command("apply", "evaluation.accuracy", "a.txt", "b.txt", "--json")
    assert answer.json["n"] == 3


def test_lists_of_lists_come_as_json(here, calque_command):
    answer = calque_command("apply", "evaluation.span_f1", "tags.json", "tags.json")
    assert answer.out.startswith("span_f1 100.0 ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["evaluation.acuracy"], "no part named 'evaluation.acuracy'; did you mean evaluation.accuracy?"),
        (["evaluation.accuracy", "a.txt"], "evaluation.accuracy takes PREDICTIONS REFERENCES; 1 given"),
        (["evaluation.accuracy", "a.txt", "b.txt", "--boot", "x"], "--boot: must be int, got 'x'"),
        (
            ["evaluation.accuracy", "a.txt", "b.txt", "--boto", "1"],
            "evaluation.accuracy has no setting 'boto'; did you mean --boot?; "
            "it has: predictions, references, boot, seed",
        ),
        (
            ["evaluation.accuracy", "a.txt", "nowhere.txt"],
            "nowhere.txt: cannot be read: No such file or directory",
        ),
        (
            ["evaluation.accuracy", "a.txt", "b.txt", "--out", "x.npy"],
            "--out x.npy: the result is Score; .npy is for arrays, and only for them",
        ),
    ],
)  # fmt: skip
def test_wrong_words(here, calque_command, words, message):
    answer = calque_command("apply", *words)
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == f"error: {message}"


def test_help_of_a_part_names_files_and_settings(calque_command):
    text = calque_command("apply", "wordalign.ibm1", "--help").out
    assert "  BITEXT                 Bitext\n" in text
    assert "  --rounds               int              [default: 5]\n" in text
    assert "  --source " in text


KINDS = '''
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    import numpy as np

    from calque.roles import part
    from calque.values import *

    @part
    def kinds({arguments}) -> Any:
        """Give back what came."""
        return {result}
'''


@pytest.fixture
def echo(letters, calque_command):
    """Call a part with these arguments that returns this expression."""

    def call(arguments: str, result: str, *words: object):
        text = KINDS.format(arguments=arguments, result=result)
        names = "Bitext, Labelled, Lexicon, Links, Mixture, Score, Space, Table, Texts"
        shelf.put(letters, "letters/kinds.py", text.replace("import *", f"import {names}"))
        return calque_command("apply", "letters.kinds", *words)

    return call


def test_every_kind_of_file(here, echo):
    Path("topics.tsv").write_text("text\tlabel\na dog\tpets\na car\tcars\n")
    Path("words.tsv").write_text("dog\tHund\ncat\tKatze\n")
    np.save("grid.npy", np.eye(2))
    assert echo("x: Path", "x.name", "a.txt").out == "a.txt\n"
    assert echo("x: Texts", "x", "a.txt", "--language", "eng").out == "yes\nno\nyes\n"
    assert echo("x: Texts | Bitext", "x.language", "a.txt", "--language=eng").out == "eng\n"
    assert echo("x: Bitext", "x", "pairs.tsv").out.splitlines()[0] == "the cat\tdie Katze"
    assert echo("x: Lexicon", "len(x)", "words.tsv").out == "2\n"
    assert echo("x: Labelled", "x.gold", "topics.tsv", "--task", "topic").out == "pets\ncars\n"
    assert echo("x: Labelled", "x", "topics.tsv").err.startswith("error: topics.tsv: say what its")
    assert echo("x: np.ndarray", "x + 1", "grid.npy").out == "array [2, 2] of float64\n"
    assert echo("x: np.ndarray", "x", "a.txt").err.startswith(
        "error: a.txt: an array comes as .npy"
    )
    assert echo("x: Sequence[str]", "x[::-1]", "a.txt").out == "yes\nno\nyes\n"
    assert echo("x: str, y: int", "x * y", "ab", "2").out == "abab\n"
    assert echo("x: Callable", "x(3)", "letters.twice").out == "6\n"
    assert (
        echo("x: int, *, f: Callable", "f(x)", "3", "--f", "{use: letters.twice, plus: 1}").out
        == "7\n"
    )
    assert echo("x: int, *, f: Callable", "f(x)", "3").err == "error: letters.kinds needs --f\n"
    assert "which no file gives" in echo("x: list[Score]", "x", "a.txt").err


def test_every_kind_of_result(here, echo):
    links = "Links(np.array([[0, 1], [1, 0]]), (2, 2), sure=np.array([True, False]))"
    assert echo("", f"[{links}]").out == "0-1 1p0\n"
    assert echo("", "Score('f', 0.5)").out.startswith("f 50.0 | calque:")
    assert echo("", "Table(({'a': 1, 'b': 'x'},))").out == "a\tb\n1\tx\n"
    assert echo("", "Texts.of(['a\\nb', 'א'])").out == "a b\nא\n"
    assert echo("", "Labelled.of([{'text': 'a', 'label': 'b'}], 'class')").out == (
        '{"text": "a", "label": "b"}\n'
    )
    assert echo("", "Space(('a',), np.ones((1, 3)), 'eng')").out == "1 vectors of 3, eng\n"
    assert echo("", "{'a': 0.123456789, 'b': [1, 2]}").out == "a: 0.123457\nb: 1, 2\n"
    assert echo("", "None").out == "None\n"


def test_results_are_saved(here, echo):
    assert echo("", "np.eye(2)", "--out", "x.npy").err.endswith("wrote x.npy\n")
    np.testing.assert_array_equal(np.load("x.npy"), np.eye(2))
    assert echo("", "Table(({'a': 1},))", "--out", "x.json").code == 0
    assert json.loads(Path("x.json").read_text()) == [{"a": 1}]
    assert echo("", "Table(({'a': 1},))", "--out", "x.jsonl").code == 0
    assert Path("x.jsonl").read_text() == '{"a": 1}\n'
    assert echo("", "np.eye(2)", "--out", "x.txt").code == 2


def test_links_of_one_pair_are_taken_line_by_line(here, calque_command):
    Path("fwd").write_text("0-0 1-2 3-1\n\n0-0\n2-0\n")
    Path("bwd").write_bytes(b"0-0 1p2 2-4\r\n1-1\r\n\r\n2-0")
    answer = calque_command("apply", "wordalign.intersect", "fwd", "bwd")
    assert answer.out.split("\n") == ["0-0 1-2", "", "", "2-0", ""]
    answer = calque_command("apply", "wordalign.union", "fwd", "bwd", "--json")
    assert answer.json == ["0-0 1-2 2-4 3-1", "1-1", "0-0", "2-0"]
    answer = calque_command("apply", "wordalign.grow_diag", "fwd", "bwd", "--out", "both")
    assert answer.code == 0
    assert Path("both").read_text() == "0-0 1-2\n\n\n2-0\n"


def test_a_pairs_grid_is_the_smallest_that_holds_its_links_in_all_files(here, echo):
    Path("fwd").write_text("1-2\n\n")
    Path("bwd").write_text("4-1\n\n")
    sizes = "(forward.size, backward.size)"
    answer = echo("forward: Links, backward: Links", sizes, "fwd", "bwd", "--json")
    assert answer.json == [[[5, 3], [5, 3]], [[0, 0], [0, 0]]]
    answer = echo("forward: Links, backward: Links", sizes, "fwd", "bwd", "--json", "--base", 1)
    assert answer.json[0] == [[4, 2], [4, 2]]
    lists = "made: list[Links], gold: Sequence[Links]"
    answer = echo(lists, "[(a.size, b.size) for a, b in zip(made, gold)]", "fwd", "bwd", "--json")
    assert answer.json == [[[5, 3], [5, 3]], [[0, 0], [0, 0]]]


def test_links_go_back_to_the_sentences_they_came_from(here, calque_command):
    calque_command("apply", "wordalign.ibm1", "pairs.tsv", "--out", "links")
    answer = calque_command("apply", "wordalign.lexicon", "pairs.tsv", "links", "--least", 0.5)
    assert "cat\tkatze\t" in answer.out
    Path("links").write_text("0-0\n1-1\n2-0\n")
    answer = calque_command("apply", "wordalign.lexicon", "pairs.tsv", "links")
    assert answer.err.endswith(
        "error: links:3: link 2 0, counted from 0, lies outside 2 by 2 words; "
        "are they counted from 1 (base=1)? are they of these sentences?\n"
    )


@pytest.mark.parametrize(
    ("forward", "backward", "message"),
    [
        ("0-0\n1-1\n", "0-0\n", "lines of links must be of the same sentence pairs: fwd has 2, bwd has 1"),
        ("0-0 x\n", "0-y\n", "bwd:1: expected a link such as 3-4, 3p4 or 3-4S, found '0-y'"),
        ("0-99999999\n", "\n", "fwd:1: link 0 99999999: expected words from 0 to 19,999"),
        ("0--1\n", "\n", "fwd:1: link 0 -1: expected words from 0 to 19,999"),
        (None, "0-0\n", "fwd: no such file"),
    ],
)  # fmt: skip
def test_links_that_are_none(here, calque_command, forward, backward, message):
    for name, text in (("fwd", forward), ("bwd", backward)):
        if text is not None:
            Path(name).write_text(text)
    answer = calque_command("apply", "wordalign.intersect", "fwd", "bwd")
    assert (answer.code, answer.err.splitlines()[-1]) == (2, f"error: {message}")


def test_columns_are_a_mapping(here, echo):
    Path("topics.tsv").write_text("text\tlabel\na dog\tpets\n")
    answer = echo("x: Labelled", "x", "topics.tsv", "--task=topic", "--columns", "[1, 2]")
    assert (answer.code, answer.err.splitlines()[-1]) == (
        2,
        "error: --columns: must be dict[str, str | int], got '[1, 2]'",
    )


def test_a_patch_is_a_folder_that_goes_back_on(calque_command, tmp_path):
    toy, patch = registry.PACKAGE / "toy", tmp_path / "patch"
    base, tuned = toy / "tiny", toy / "tuned"
    assert calque_command("apply", "adaptation.difference", base, tuned, "--out", patch).code == 0
    assert (patch / "patch.json").is_file() and list(patch.glob("*.safetensors"))
    made = tmp_path / "made"
    assert calque_command("apply", "adaptation.apply", base, patch, "--out", made).code == 0
    weights = (folder / "model.safetensors" for folder in (tuned, made))
    one, other = (load_file(path) for path in weights)
    assert one.keys() == other.keys() and all((one[k] == other[k]).all() for k in one)
    other = calque_command("apply", "adaptation.apply", toy / "causal", patch)
    assert other.code == 2 and "made on 'tiny'" in other.err
    wrong = calque_command("apply", "adaptation.apply", base, made)
    assert wrong.code == 2 and "no patch.json" in wrong.err


def test_any_number_of_patches_or_models(calque_command, tmp_path):
    toy = registry.PACKAGE / "toy"
    base, tuned = toy / "tiny", toy / "tuned"
    one, three, merged = (tmp_path / name for name in ("one", "three", "merged"))
    assert calque_command("apply", "adaptation.difference", base, tuned, "--out", one).code == 0
    head = calque_command(
        "apply", "adaptation.restrict", one, "--head", "false", "--out", one / "body"
    )
    assert head.code == 0
    body = one / "body"
    added = calque_command("apply", "adaptation.add", body, body, body, "--out", three)
    assert added.code == 0 and (three / "patch.json").is_file()
    # models and patches side by side; the base is what the list leaves
    ties = calque_command(
        "apply", "adaptation.ties", body, three, base, "--density", "1", "--out", merged
    )
    assert ties.code == 0 and (merged / "config.json").is_file()
    none = calque_command("apply", "adaptation.ties", base)
    assert none.code == 2 and "takes PARENTS... BASE; 1 given" in none.err
