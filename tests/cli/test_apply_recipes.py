"""`calque apply` with recipes: words of own files are linked in one call."""

import random
import re
from pathlib import Path

import pytest

from calque.registry import PACKAGE

WORDS = {"one": "uno", "two": "due", "red": "rosso", "cat": "gatto", "sees": "vede", "and": "e"}
EMPTY = {3: (True, False), 7: (False, True), 11: (True, True)}  # lines without source, target


def planted(n: int = 40) -> tuple[list[tuple[str, str]], list[set[str]]]:
    """Word-for-word pairs in shuffled order, and their links."""
    generator = random.Random(0)
    pairs, truth = [], []
    for line in range(n):
        words = generator.sample(list(WORDS), generator.randint(1, 5))
        order = generator.sample(range(len(words)), len(words))
        source, target = " ".join(words), " ".join(WORDS[words[i]] for i in order)
        no_source, no_target = EMPTY.get(line, (False, False))
        pairs.append(("" if no_source else source, "" if no_target else target))
        truth.append(set() if line in EMPTY else {f"{i}-{j}" for j, i in enumerate(order)})
    return pairs, truth


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(planted()[0])
    return tmp_path


def written(pairs: list[tuple[str, str]]) -> None:
    Path("A.txt").write_text("".join(f"{source}\n" for source, _ in pairs))
    Path("B.txt").write_text("".join(f"{target}\n" for _, target in pairs))
    Path("bars").write_text("".join(f"{source} ||| {target}\n" for source, target in pairs))
    Path("pairs.tsv").write_text("".join(f"{source}\t{target}\n" for source, target in pairs))


def test_two_files_give_a_line_of_links_per_pair(here, calque_command):
    answer = calque_command("apply", "wordalign/align", "A.txt", "B.txt")
    assert answer.code == 0
    found, truth = [set(line.split()) for line in answer.out.split("\n")[:-1]], planted()[1]
    assert len(found) == len(truth)
    assert all(not found[line] for line in EMPTY)
    right = sum(len(one & other) for one, other in zip(found, truth, strict=True))
    assert right >= 0.9 * max(sum(map(len, found)), sum(map(len, truth)))
    assert not Path("runs").exists()
    assert "align: as the recipe has it: source und, target und\n" in answer.err


def test_one_file_of_pairs_says_the_same_as_two(here, calque_command):
    two = calque_command("apply", "wordalign/align", "A.txt", "B.txt").out
    assert calque_command("apply", "wordalign/align", "bars").out == two
    assert calque_command("apply", "align", "--parallel", "A.txt", "--other=B.txt").out == two
    assert calque_command("apply", "wordalign/align", "pairs.tsv").out == two


def test_changed_files_are_read_anew(here, calque_command):
    before = calque_command("apply", "wordalign/align", "A.txt", "B.txt").out
    written(planted()[0][:20])
    after = calque_command("apply", "wordalign/align", "A.txt", "B.txt").out
    assert (before.count("\n"), after.count("\n")) == (40, 20)


def test_tokenized_text_is_not_cut_again(here, calque_command):
    written([("well-known cat", "noto gatto"), ("cat", "gatto"), ("well-known", "noto")] * 3)
    raw = calque_command("apply", "wordalign/align", "A.txt", "B.txt").out.splitlines()
    assert "3-1" in raw[0].split()
    cut = calque_command("apply", "wordalign/align", "A.txt", "B.txt", "--tokenized")
    assert cut.out.splitlines()[:3] == ["0-0 1-1", "0-0", "0-0"]


def test_scores_stand_behind_links(here, calque_command):
    plain = calque_command("apply", "wordalign/align", "A.txt", "B.txt")
    scored = calque_command("apply", "wordalign/align", "A.txt", "B.txt", "--scores", "--json")
    assert [re.sub(r":\S+", "", line) for line in scored.json] == plain.out.splitlines()
    scores = [float(item.split(":")[1]) for line in scored.json for item in line.split()]
    assert all(0 < score <= 1 for score in scores)
    assert len(set(scores)) > 5
    answer = calque_command("apply", "evaluation.accuracy", "A.txt", "A.txt", "--scores")
    assert answer.err == "error: --scores: the result is Score; links alone have scores\n"


def test_links_are_saved(here, calque_command):
    lines = calque_command("apply", "wordalign/align", "A.txt", "B.txt").out
    answer = calque_command("apply", "wordalign/align", "A.txt", "B.txt", "--out", "links.txt")
    assert (answer.out, Path("links.txt").read_text()) == ("", lines)
    scores = calque_command("apply", "evaluation.aer", "links.txt", "links.txt", "--json")
    assert scores.json["value"] == 0
    page = ("apply", "evaluation.alignment_page", "bars", "links.txt")
    assert calque_command(*page, "--out", "links.html").code == 0
    assert calque_command(*page, "links.txt", "--out", "gold.html").code == 0
    assert "AER" not in Path("links.html").read_text()
    assert "AER" in Path("gold.html").read_text()


def test_an_encoder_links_the_words_of_two_files(here, calque_command):
    base = PACKAGE / "toy" / "tiny"
    answer = calque_command("apply", "wordalign/simalign", "A.txt", "B.txt", "--base", base)
    lines = answer.out.split("\n")[:-1]
    assert [line for line, links in enumerate(lines) if not links] == list(EMPTY)
    assert len(lines) == 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["wordalign/algin"], "no recipe named 'wordalign/algin'; did you mean wordalign/align?"),
        (["wordalign.align"], "no part named 'wordalign.align'; did you mean wordalign/align?"),
        (["simalgn"], "no recipe named 'simalgn'; did you mean simalign?"),
        (["wordalign/align"], "align takes PARALLEL [OTHER]; 0 given"),
        (["wordalign/align", "A.txt", "B.txt", "C.txt"], "align takes PARALLEL [OTHER]; 3 given"),
        (["wordalign/simalign", "A.txt", "B.txt"], "simalign needs --base"),
        (
            ["wordalign/align", "A.txt", "B.txt", "--sorce", "eng"],
            "align has no input 'sorce'; did you mean --source?; "
            "it has: parallel, other, source, target, tokenized",
        ),
        (
            ["wordalign/align", "A.txt", "short.txt"],
            "A.txt has 40 lines, short.txt has 1; line i of one must be the translation of line i "
            "of the other (step 'pairs' of align)",
        ),
        (
            ["wordalign/align", "A.txt", "nowhere.txt"],
            "nowhere.txt: no such file or folder (step 'pairs' of align)",
        ),
    ],
)
def test_wrong_words(here, calque_command, words, message):
    Path("short.txt").write_text("uno\n")
    answer = calque_command("apply", *words)
    assert (answer.code, answer.err.splitlines()[-1]) == (2, f"error: {message}")


def test_help_of_a_recipe_names_files_and_inputs(calque_command):
    text = calque_command("apply", "wordalign/align", "--help").out
    assert "\ncalque apply wordalign/align PARALLEL [OTHER]\n" in text
    assert "  --tokenized            bool             [default: False]\n" in text


def test_a_fitted_aligner_is_kept_and_links_other_pairs(here, calque_command):
    fitted = calque_command("apply", "wordalign.fit_hmm", "bars", "--out", "model")
    assert (fitted.code, fitted.out) == (0, "")
    linked = calque_command("apply", "wordalign.link", "bars", "model")
    assert linked.out == calque_command("apply", "wordalign.hmm", "bars").out
    Path("new").write_text("cat sees red ||| vede gatto rosso\n")
    assert calque_command("apply", "wordalign.link", "new", "model").out == "0-1 1-0 2-2\n"
    answer = calque_command("apply", "wordalign.link", "new", "nowhere")
    assert "\nerror: nowhere: no stored result here" in answer.err
    Path("other").mkdir()
    Path("other/thing.json").write_text("[]")
    answer = calque_command("apply", "wordalign.link", "new", "other")
    assert answer.err.endswith("error: other: expected a kept Translation, found list\n")
