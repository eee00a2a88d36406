"""A mixed language from the command line: lists of words and letters in, routed text out."""

import json
from pathlib import Path

import pytest

WORDS = "il-\trespell\nkelb\trespell\nqalb\trespell\nstazzjon\ttranslate\nlezzjoni\ttranslate\nok\tleave\n"
LETTERS = "k\tك\nq\tق\nl\tل\nb\tب\ne\t''\na\t''\n^il-$\tال\n"


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALQUE_CACHE", str(tmp_path / "cache"))
    Path("text.txt").write_text("Il-kelb stazzjon\n\nok qalb", encoding="utf-8")
    Path("words.tsv").write_text(WORDS, encoding="utf-8")
    Path("letters.tsv").write_text(LETTERS, encoding="utf-8")
    Path("lexicon.tsv").write_text("stazzjon\tstation\nkelb\tdog\n", encoding="utf-8")


def test_lists_in_and_routed_text_out(calque_command):
    files = ("text.txt", "words.tsv", "letters.tsv", "lexicon.tsv")
    answer = calque_command("apply", "vocabulary/route-by-origin", *files)
    assert (answer.code, answer.out) == (0, "الكلب station\n\nok قلب\n")


def test_a_classifier_is_kept_and_judges_other_text(calque_command):
    fitted = calque_command("apply", "vocabulary.origins", "words.tsv", "--out", "judge")
    assert (fitted.code, fitted.out) == (0, "")
    told = calque_command(
        "apply", "vocabulary.word_origins", "text.txt", "judge", "--language", "mlt"
    )
    first, empty, last = (json.loads(line) for line in told.out.splitlines())
    assert first["words"] == ["Il-", "kelb", "stazzjon"]
    assert first["tags"] == ["respell", "respell", "translate"]
    assert (empty["tags"], last["tags"]) == ([], ["leave", "respell"])
    shown = calque_command("apply", "vocabulary.origins", "words.tsv")
    assert shown.out.endswith("traits: leave, respell, translate\n")


def test_a_view_is_shown_as_what_became_of_the_texts(calque_command):
    files = ("text.txt", "letters.tsv")
    shown = calque_command("apply", "projection.respell", *files, "--language", "mlt")
    assert shown.out == "الكلب stzzjon\n\noك قلب\n"  # characters without a rule stay
    files = ("text.txt", "lexicon.tsv")
    pairs = calque_command("apply", "projection.translate_words", *files, "--json").json
    assert pairs[0] == ["Il-kelb stazzjon", "Il-dog station"]
