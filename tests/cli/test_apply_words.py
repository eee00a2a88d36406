"""Values file by file: lists of words and letters, kept classifiers, vocabularies and mixtures."""

import json
from pathlib import Path

import pytest

from calque import registry

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


def test_vocabulary_mixture_and_model_file_by_file(calque_command):
    lines = Path("text.txt").read_text(encoding="utf-8") * 3
    Path("more.txt").write_text(lines + "paka mbwa nyumba kubwa\n" * 20, encoding="utf-8")
    model = str(registry.PACKAGE / "toy" / "tiny")
    steps = [
        ("vocabulary.train", "more.txt", "--size", "200", "--out", "new"),
        ("vocabulary.merges", model, "new", "--out", "mixture"),
        ("models.swap", model, "new", "mixture", "--out", "model"),
    ]
    for step in steps:
        answer = calque_command("apply", *step)
        assert (answer.code, answer.out) == (0, ""), answer.err
    assert calque_command("apply", "vocabulary.train", "more.txt").out.startswith("vocabulary of ")
    before, after = (
        calque_command("apply", "vocabulary.fertility", one, "more.txt", "--json").json[0]
        for one in (model, "model")
    )
    assert after["pieces_per_word"] < before["pieces_per_word"]
    same = calque_command("apply", "vocabulary.fertility", "new", "more.txt", "--json").json[0]
    assert same == after
    wrong = calque_command("apply", "models.swap", model, "mixture", "new", "--out", "other")
    assert wrong.code == 2 and "expected a kept Vocabulary, found Mixture" in wrong.err
    assert not Path("other").exists()


def test_several_texts_come_as_several_files(calque_command):
    """A vocabulary is cut down to the scripts of both: each file alone keeps less."""
    toy = str(Path(registry.__file__).parent / "toy" / "tiny-hin")
    Path("deva.txt").write_text("घर बड़ा है\n", encoding="utf-8")
    kept = {}
    for name, files in {"one": ["text.txt"], "both": ["text.txt", "deva.txt"]}.items():
        made = calque_command("apply", "vocabulary.by_script", toy, *files, "--out", name)
        assert made.code == 0
        kept[name] = made.err
    assert "of Latn" in kept["one"]
    assert "of Deva, Latn" in kept["both"]
    none = calque_command("apply", "vocabulary.by_script", toy)
    assert none.err == "error: vocabulary.by_script takes VOCABULARY TEXTS...; 1 given\n"
    lost = calque_command("apply", "vocabulary.by_script", toy, "text.txt", "lost.txt")
    assert lost.err.endswith("error: lost.txt: no such file\n")
