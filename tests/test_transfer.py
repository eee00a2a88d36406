"""The main job on toy files: what it leaves, what it refuses, and that test labels choose nothing."""

import json
import re
import shutil
from pathlib import Path

import pytest

from calque import registry
from calque.errors import (
    BadFile,
    BadLines,
    BadRecipe,
    BadSetting,
    BadValue,
    CalqueError,
    UnknownName,
)
from calque.signals import choose, rank_correlation, tied
from calque.transfer import prepare, transfer

TOY = registry.PACKAGE / "toy"
FAST = ["zero-shot", "vocabulary"]


@pytest.fixture
def given(tmp_path):
    """A complete set of arguments; files may be changed in place."""
    for name in ("train.tsv", "dev.tsv", "test.tsv", "few.tsv", "eng-swh.tsv", "swh.txt"):
        shutil.copy(TOY / name, tmp_path / name)
    return {
        "task": "topic",
        "source": "eng",
        "target": "sw",
        "train": tmp_path / "train.tsv",
        "dev": tmp_path / "dev.tsv",
        "test": tmp_path / "test.tsv",
        "parallel": tmp_path / "eng-swh.tsv",
        "model": TOY / "tuned",
        "out": tmp_path / "run",
    }


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """One whole run, looked at by many tests."""
    out = tmp_path_factory.mktemp("done") / "run"
    return transfer(
        task="topic",
        source="eng",
        target="swh",
        train=TOY / "train.tsv",
        dev=TOY / "dev.tsv",
        test=TOY / "test.tsv",
        parallel=TOY / "eng-swh.tsv",
        few=TOY / "few.tsv",
        model=TOY / "tiny",
        out=out,
        strategies=[*FAST, "vocabulary+few-shot"],
    )


def test_it_leaves_a_model_that_plain_transformers_loads(done):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(done.folder / "model")
    tokenizer = AutoTokenizer.from_pretrained(done.folder / "model")
    logits = model(**tokenizer(["Mkulima alivuna mahindi."], return_tensors="pt")).logits
    assert set(model.config.id2label.values()) == {"health", "sport", "farming"}
    assert logits.shape == (1, 3)
    assert "level" in (done.folder / "model" / "README.md").read_text()


def test_it_leaves_scores_predictions_receipt_and_report(done):
    facts = json.loads((done.folder / "scores.json").read_text())
    assert facts["level"] == "T3"
    names = {row["strategy"]: row["level"] for row in facts["strategies"]}
    assert names == {"zero-shot": "T0", "vocabulary": "T2", "vocabulary+few-shot": "T3"}
    assert [row["chosen"] for row in facts["strategies"]].count(True) == 1
    for row in facts["strategies"]:
        score = row["scores"]["accuracy"]
        assert score["low"] <= score["value"] <= score["high"]
        assert row["seconds"] > 0
        assert set(row["signals"]) == {"source_dev", "agreement", "carried_dev", "retrieval"}
        _says_how_words_are_cut(row)
    assert len((done.folder / "predictions.tsv").read_text().splitlines()) == 25
    page = (done.folder / "report.html").read_text()
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert len(done.table) == 3


def _says_how_words_are_cut(row):
    """Before and after, in both languages, and what the target costs where both say the same."""
    (source, target), swapped = row["reading"], row["strategy"] != "zero-shot"
    assert [source["language"], target["language"]] == ["eng", "swh"]
    assert (source["before"] != source["after"]) == swapped
    assert target["before"]["premium"] > 1.5  # English pieces
    assert (target["after"]["premium"] < 1.1) == swapped
    assert target["after"]["pieces_per_word"] == row["fertility"]["pieces_per_word"]


def test_the_receipt_replays_the_chosen_strategy(done, tmp_path, monkeypatch):
    """From another place, with nothing cached, and after the folder has been moved."""
    from calque.run import run
    from calque.values import Checkpoint

    again = run(done.folder / "receipt.yaml", out=done.folder / "again")
    assert all(cost["cached"] for cost in again.costs.values())
    shutil.copytree(done.folder, tmp_path / "moved")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))
    anew = run(tmp_path / "moved" / "receipt.yaml", out=tmp_path / "anew")
    assert not all(cost["cached"] for cost in anew.costs.values())
    inputs = " ".join(map(str, anew.recipe.inputs.values()))
    assert str(tmp_path / "moved") in inputs and str(done.folder) not in inputs
    assert anew["model"].fingerprint() == Checkpoint(done.folder / "model").fingerprint()


def card(found):
    return (found.folder / "model" / "README.md").read_text()


@pytest.mark.parametrize(
    ("strategy", "more", "lines"),
    [
        ("masked", {"text": TOY / "swh.txt", "parallel": None}, ["90 texts in Swahili"]),
        ("joint", {}, ["sentence pairs English-Swahili"]),
        ("zero-shot+few-shot", {"few": TOY / "few.tsv"}, ["labelled examples in Swahili to train"]),
    ],
)
def test_the_card_says_what_was_used_and_how_words_are_cut(given, strategy, more, lines):
    found = transfer(**given | more | {"model": TOY / "tiny"}, strategies=[strategy])
    if found.chosen != strategy:
        assert found.chosen == "zero-shot"
        lines = []
    text = card(found)
    for line in lines:
        assert line in text
    for line in ("texts in Swahili", "sentence pairs", "labelled examples in Swahili to train"):
        assert (line in text) == any(line in one for one in lines), line
    cut = re.search(
        r"a word of Swahili is ([\d.]+) pieces to it.*?; a word of English is ([\d.]+)", text
    )
    assert cut
    swahili, english = map(float, cut.groups())
    # the toy model's own vocabulary is of English words; `joint` has words of both
    assert swahili < 2.5 and english < 1.5 if strategy == "joint" else swahili > 3 and english > 1.5


def test_copies_of_held_out_pairs_are_not_learned_from(given, tmp_path):
    lines = given["parallel"].read_text()
    given["parallel"].write_text(lines * 3)
    resources = prepare(**given).resources
    assert resources.held is not None and resources.pairs is not None
    held, learned = set(resources.held), set(resources.pairs)
    assert held and learned and not held & learned
    assert len(resources.pairs) % 3 == 0
    (warning,) = [one for one in resources.warnings if "held-out pairs" in one]
    count = 270 - len(resources.pairs) - len(resources.held)
    assert (
        warning
        == f"parallel text: {count} copies of the {len(held)} held-out pairs are left out too"
    )
    given["parallel"].write_text((lines.splitlines()[0] + "\n") * 30)
    refused(given, BadValue, "only 1 different pairs in 30")


def test_text_that_is_judged_by_is_left_out_or_named(given, tmp_path):
    pairs = [line.split("\t")[1] for line in given["parallel"].read_text().splitlines()]
    tests = [line.split("\t")[0] for line in given["test"].read_text().splitlines()[1:4]]
    text = tmp_path / "text.txt"
    text.write_text("\n".join([*pairs, *tests, "Maji ni uhai kwa kila mtu."]) + "\n")
    resources = prepare(**given, text=text).resources
    assert resources.held is not None
    held = set(resources.held.targets)
    lines = set(Path(resources.files["text"]).read_text().splitlines())
    assert len(held) == 5 and not held & lines
    assert resources.lines == 90 - 5 + 3 + 1
    assert "--text: 5 lines are sentences of held-out pairs and are left out" in resources.warnings
    assert "3 of 24 test texts stand in --text too" in resources.warnings


def test_tagged_and_paired_tests_inside_the_parallel_text_are_counted(given, tmp_path):
    pairs = [line.split("\t")[1] for line in given["parallel"].read_text().splitlines()]
    words = [re.findall(r"\w+|[^\w\s]", pairs[k]) for k in (0, 2)]
    conll = "\n\n".join(
        "\n".join(f"{w} O" for w in row[:-1]) + f"\n{row[-1]} B-PER" for row in words
    )
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.conll").write_text(
            (conll if name == "test" else "a O\nb B-PER\n\n" * 30) + "\n"
        )
    files = {name: tmp_path / f"{name}.conll" for name in ("train", "dev", "test")}
    warnings = prepare(**given | files | {"task": "ner"}).resources.warnings
    assert "2 of 2 test texts stand in the parallel text too" in warnings
    (tmp_path / "nli.tsv").write_text(
        f"text\ttext_b\tlabel\n{pairs[4]}\tNi kweli.\tyes\nMaji.\tJua.\tno\n"
    )
    (tmp_path / "train.tsv").write_text(
        "text\ttext_b\tlabel\n" + "A is.\tB is.\tyes\nA.\tB.\tno\n" * 10
    )
    files = {
        "train": tmp_path / "train.tsv",
        "dev": tmp_path / "train.tsv",
        "test": tmp_path / "nli.tsv",
    }
    warnings = prepare(**given | files | {"task": "nli"}).resources.warnings
    assert "1 of 2 test texts stand in the parallel text too" in warnings


def test_test_labels_choose_nothing(given):
    """Other test labels change the scores and nothing else."""
    first = transfer(**given, strategies=FAST)
    rows = given["test"].read_text().splitlines()
    text = "\n".join([rows[0], *(f"{line.split(chr(9))[0]}\thealth" for line in rows[1:])])
    given["test"].write_text(text + "\n")
    second = transfer(**given | {"out": given["out"].parent / "other"}, strategies=FAST)
    for one, other in zip(first.facts["strategies"], second.facts["strategies"], strict=True):
        assert one["signals"] == other["signals"]
        assert one["predicted_rank"] == other["predicted_rank"]
    assert first.facts["confusion"] != second.facts["confusion"]


def test_the_plan_follows_what_is_given(given):
    parallel = given.pop("parallel")
    assert prepare(**given).resources.level == "T0"
    assert {s.name for s in prepare(**given).strategies} == {"zero-shot", "zero-shot-average"}
    assert prepare(**given, text=parallel.parent / "swh.txt").resources.level == "T1"
    full = prepare(**given, parallel=parallel, few=parallel.parent / "few.tsv")
    assert full.resources.level == "T3"
    assert "distilled+few-shot" in {s.name for s in full.strategies}
    assert all(s.seconds >= 0 for s in full.strategies)
    at_t4 = prepare(**given, parallel=parallel, target_dev=parallel.parent / "few.tsv")
    assert at_t4.resources.level == "T4"


def test_held_out_pairs_are_not_learned_from(given):
    resources = prepare(**given).resources
    assert resources.pairs is not None
    assert resources.held is not None
    assert not set(resources.pairs) & set(resources.held)
    assert len(resources.pairs) + len(resources.held) == 90


def test_choice_by_ranks_and_at_t4_by_target_labels():
    signals = {
        "a": {"source_dev": 0.9, "agreement": 0.5, "carried_dev": 0.5, "retrieval": 0.2},
        "b": {"source_dev": 0.9, "agreement": 0.6, "carried_dev": 0.4, "retrieval": 0.3},
        "c": {"source_dev": 0.9, "agreement": 0.5, "carried_dev": 0.5, "retrieval": 0.2},
    }
    levels, seconds = dict.fromkeys("abc", "T2"), {"a": 2.0, "b": 9.0, "c": 1.0}
    assert choose(signals, levels, seconds) == ["b", "c", "a"]
    assert choose(signals, levels | {"a": "T3"}, seconds) == ["b", "a", "c"]
    told = {name: row | {"target_dev": k / 10} for k, (name, row) in enumerate(signals.items())}
    assert choose(told, levels, seconds) == ["c", "b", "a"]
    assert tied(signals) == []
    alike = {"a": signals["a"], "c": signals["c"]}
    assert tied(alike) == ["a", "c"]
    assert tied({n: r | {"target_dev": 0.5} for n, r in signals.items()}) == ["a", "b", "c"]
    assert tied({"a": {"source_dev": 0.5}, "b": {"source_dev": 0.4}}) == []
    assert rank_correlation([1, 2, 3], [0.1, 0.2, 0.3]) == 1
    assert rank_correlation([1, 1, 1], [0.1, 0.2, 0.3]) is None


def refused(given, kind, match, **changes):
    with pytest.raises(kind, match=match) as error:
        prepare(**given | changes)
    assert isinstance(error.value, CalqueError)
    assert not (Path(given["out"]) / "model").exists()


def test_missing_and_empty_files(given, tmp_path):
    refused(given, BadFile, "nowhere.tsv: no such file", train=tmp_path / "nowhere.tsv")
    (tmp_path / "empty.tsv").write_text("text\tlabel\n")
    refused(given, BadValue, "empty.tsv: no examples", test=tmp_path / "empty.tsv")


def test_bad_lines_of_all_files_are_named_at_once(given):
    for name in ("train", "test"):
        with given[name].open("a") as file:
            file.write("a line of one cell only\n")
    with pytest.raises(BadLines) as error:
        prepare(**given)
    assert len(error.value.lines) == 2
    assert "train.tsv:62: " in str(error.value)
    assert "test.tsv:26: " in str(error.value)


def test_labels_that_training_never_shows(given):
    given["test"].write_text(given["test"].read_text() + "Habari\tweather\n")
    warnings = prepare(**given).resources.warnings
    assert any("'weather' (1)" in warning for warning in warnings)
    given["dev"].write_text(given["dev"].read_text() + "News\tweather\n")
    refused(given, BadValue, "--dev has labels that --train never shows")


def test_sides_in_the_wrong_language(given, tmp_path):
    cyrillic = [
        f"{a}\tЭто предложение номер {k} написано по-русски." for k, a in enumerate("ab" * 20)
    ]
    (tmp_path / "ru.tsv").write_text("\n".join(cyrillic) + "\n")
    refused(given, BadValue, "target side.*Swahili", parallel=tmp_path / "ru.tsv")
    same = [
        f"{line.split(chr(9))[0]}\t{line.split(chr(9))[0]}"
        for line in given["parallel"].read_text().splitlines()
    ]
    (tmp_path / "same.tsv").write_text("\n".join(same) + "\n")
    refused(given, BadValue, "90 of 90 rows are the same", parallel=tmp_path / "same.tsv")
    lines = [line.split("\t")[0] for line in given["parallel"].read_text().splitlines()]
    (tmp_path / "english.tsv").write_text(
        "\n".join(f"{a}\t{b}" for a, b in zip(lines, [*lines[1:], lines[0]], strict=True)) + "\n"
    )
    refused(
        given,
        BadValue,
        r"target side.*is not Swahili: letter trigrams are \d\.\d\d like --train and 0\.\d\d like --test",
        parallel=tmp_path / "english.tsv",
    )


def swapped(path):
    """The same sentence pairs, target first."""
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    path.write_text("".join(f"{target}\t{source}\n" for source, target in lines))
    return path


def test_swapped_sides_are_refused_with_numbers(given):
    swapped(given["parallel"])
    refused(given, BadValue, r"are swapped: .* \d\.\d\d like --test .*; put English first")


def test_swapped_sides_of_close_relatives_or_little_text_are_a_warning(given):
    lines = given["test"].read_text().splitlines()
    given["test"].write_text("\n".join(lines[:12]) + "\n")
    swapped(given["parallel"])
    assert any(
        "source side: letter trigrams are" in warning
        for warning in prepare(**given).resources.warnings
    )


def test_text_in_the_source_language_is_refused_with_numbers(given, tmp_path):
    english = tmp_path / "english.txt"
    pairs = [line.split("\t")[0] for line in given["parallel"].read_text().splitlines()]
    english.write_text("\n".join(pairs) + "\n")
    says = (
        r"english.txt: looks like the source language rather than Swahili: .* \d\.\d\d like --train"
    )
    refused(given, BadValue, says, text=english)
    del given["parallel"]
    refused(given, BadValue, says, text=english)
    lines = given["test"].read_text().splitlines()
    given["test"].write_text("\n".join(lines[:12]) + "\n")  # too little to compare with
    warnings = prepare(**given, text=english).resources.warnings
    assert any("english.txt: looks like the source language: " in warning for warning in warnings)
    assert not any(
        "looks like" in w for w in prepare(**given, text=TOY / "swh.txt").resources.warnings
    )


def test_text_in_a_third_language_is_a_warning_and_in_another_script_refused(given, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Zażółć gęślą jaźń, pchnąć w tę łódź jeża lub ośm skrzyń fig.\n" * 30)
    assert any(
        "other.txt: letter trigrams" in w for w in prepare(**given, text=other).resources.warnings
    )
    other.write_text("Это предложение написано по-русски.\n" * 30)
    refused(
        given, BadValue, "other.txt: does not look like Swahili: 100% of .*: swh_Cyrl", text=other
    )


def test_a_test_set_in_the_source_language_is_refused(given):
    shutil.copy(given["dev"], given["test"])
    refused(given, BadValue, "--test: looks like the source language rather than Swahili")
    del given["parallel"]
    warnings = prepare(**given).resources.warnings
    assert any("--test: looks like the source language: " in warning for warning in warnings)


def test_sides_of_different_length(given, tmp_path):
    (tmp_path / "news.en").write_text("one\n" * 30)
    (tmp_path / "news.sw").write_text("moja\n" * 29)
    refused(given, CalqueError, "30.*29", parallel=tmp_path / "news")


def test_too_few_pairs_are_refused_with_their_file(given):
    lines = given["parallel"].read_text().splitlines()
    given["parallel"].write_text("\n".join(lines[:19]) + "\n")
    refused(given, BadLines, r"eng-swh\.tsv: only 19 sentence pairs; --parallel needs at least 20")


def test_copies_between_training_and_test_are_counted(given):
    lines = given["train"].read_text().splitlines()
    given["test"].write_text(given["test"].read_text() + "\n".join(lines[1:4]) + "\n")
    warnings = prepare(**given).resources.warnings
    assert "3 of 27 test examples stand in --train too" in warnings


def test_source_and_target_must_differ(given):
    refused(given, BadSetting, "same language", source="swa")
    refused(given, UnknownName, "did you mean", target="swahilli")
    refused(given, BadSetting, "no task 'topics'", task="topics")
    refused(
        given,
        UnknownName,
        "no strategy 'distiled'.*did you mean distilled",
        strategies=["distiled"],
    )


def test_a_long_line_and_invisible_words_pass_through(given):
    extra = ["maji " * 10000, "\u200b", "سلام \u200fعالم", "e\u0301 " * 3]
    with given["test"].open("a") as file:
        file.writelines(f"{text.strip() or text}\thealth\n" for text in extra)
    found = transfer(**given, strategies=["vocabulary"])
    count = len((given["out"] / "predictions.tsv").read_text().split("\n")) - 2
    # the zero width space is a line of its own: nothing is lost
    assert count == 24 + len(extra)
    assert found.facts["strategies"][0]["scores"]["accuracy"]["n"] == count


def test_long_pairs_and_invisible_words_are_learned_around(given):
    with given["parallel"].open("a") as file:
        file.write("water " * 11000 + "\t" + "maji " * 10900 + "\n")
        file.write("\u200b water\te\u0301 \u200f maji\n")
    given["train"].write_text(given["train"].read_text() + "farm " * 10000 + "\tfarming\n")
    found = transfer(**given, strategies=["vocabulary"])
    assert found.facts["data"]["parallel"] + found.facts["data"]["held out"] == 92
    assert found.facts["strategies"][0]["scores"]["accuracy"]["n"] == 24


def test_a_test_set_without_labels_is_predicted(given):
    lines = given["test"].read_text().splitlines()
    given["test"].write_text("\n".join(line.split("\t")[0] for line in lines) + "\n")
    found = transfer(**given, strategies=["zero-shot"])
    assert found.facts["strategies"][0]["scores"] == {}
    assert "no labels" in (given["out"] / "report.html").read_text()


def test_models_that_cannot_be_used(given, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(TOY / "tiny", bare)
    for file in bare.glob("tokenizer*"):
        file.unlink()
    refused(given, BadFile, "no tokenizer .*save_pretrained", model=bare)
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    shutil.copy(TOY / "tiny" / "config.json", pickled)
    (pickled / "pytorch_model.bin").write_bytes(b"")
    short = tmp_path / "short"
    shutil.copytree(TOY / "tiny", short)
    whole = (short / "model.safetensors").read_bytes()
    for cut in (whole[:-1], whole[:1000], whole[:5], b"", whole + b"x"):
        (short / "model.safetensors").write_bytes(cut)
        refused(given, BadFile, r"model.safetensors: \d+ bytes are not a whole", model=short)
    refused(given, BadFile, r"pickle.*convert it .*safe_serialization=True", model=pickled)


def test_tags_go_the_same_way(tmp_path):
    from calque.commons.labelled import labelled
    from calque.data.conll import write_conll

    files = {}
    for name, language, split in (("train", "eng", "dev"), ("test", "swh", "dev")):
        files[name] = tmp_path / f"{name}.conll"
        write_conll(labelled(language=language, split=split, task="ner"), files[name])
    found = transfer(
        task="ner", source="eng", target="swh", parallel=TOY / "eng-swh.tsv", model=TOY / "tiny",
        out=tmp_path / "run", strategies=["glossed"], **files,
    )  # fmt: skip
    row = found.facts["strategies"][0]
    assert found.facts["metric"] == "span_f1"
    assert set(row["scores"]) == {"span_f1", "accuracy"}
    for line in (tmp_path / "run" / "predictions.conll").read_text().split("\n\n"):
        tags = [row.split("\t")[1] for row in line.split("\n") if "\t" in row]
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_pairs_go_the_same_way(tmp_path):
    sentences = {"train": "A cat is number {k}.\tIt is {k}.", "test": "Paka ni namba {k}.\tNi {k}."}
    for name, pair in sentences.items():
        rows = [f"{pair.format(k=k)}\t{'yes' if k % 2 else 'no'}" for k in range(24)]
        (tmp_path / f"{name}.tsv").write_text(
            "premise\thypothesis\tlabel\n" + "\n".join(rows) + "\n"
        )
    found = transfer(
        task="nli", source="eng", target="swh", train=tmp_path / "train.tsv",
        test=tmp_path / "test.tsv", model=TOY / "tiny", out=tmp_path / "run",
        parallel=TOY / "eng-swh.tsv", strategies=["vocabulary"],
    )  # fmt: skip
    assert set(found.facts["strategies"][0]["scores"]) == {"accuracy", "macro_f1"}
    assert len((tmp_path / "run" / "predictions.tsv").read_text().splitlines()) == 25


@pytest.mark.parametrize("name", ["test", "target_dev", "heldout"])
def test_no_recipe_may_learn_from_what_it_is_judged_by(given, tmp_path, name):
    recipe = (TOY / ".." / "recipes" / "transfer" / "zero-shot.yaml").read_text()
    own = tmp_path / "greedy.yaml"
    own.write_text(
        recipe.replace("train: toy/train.tsv", f"{name}: toy/train.tsv").replace(
            "$train", f"${name}"
        )
    )
    extra = {"target_dev": tmp_path / "few.tsv"}
    with pytest.raises(BadRecipe, match=f"cannot have these inputs here: {name}"):
        prepare(**given | extra, strategies=[str(own)])


def test_a_recipe_of_ones_own_is_a_strategy(given, tmp_path):
    own = tmp_path / "mine.yaml"
    shutil.copy(TOY / ".." / "recipes" / "transfer" / "zero-shot.yaml", own)
    assert transfer(**given, strategies=[str(own)]).chosen == "mine"


def test_a_script_that_the_model_has_never_seen_is_a_warning(given):
    del given["parallel"]
    amharic = "የአየር ንብረት ለውጥ በግብርና ላይ ጉዳት ያደርሳል ብለዋል ባለሙያዎች"
    words = amharic.split()
    lines = [" ".join([*words[k % 5 :], *words[: k % 3]]) + "\thealth" for k in range(30)]
    given["test"].write_text("text\tlabel\n" + "\n".join(lines) + "\n")
    warnings = prepare(**given | {"target": "amh"}).resources.warnings
    assert any(re.search(r"^\d+% of the pieces of --test are unknown", w) for w in warnings)
    assert not any(
        "of --test" in w for w in prepare(**given | {"test": given["dev"]}).resources.warnings
    )


def test_columns_can_be_said(given):
    for name in ("train", "dev", "test"):
        text = given[name].read_text().replace("text\tlabel", "claim\tverdict\tnote", 1)
        rows = text.splitlines()
        given[name].write_text("\n".join([rows[0], *(f"{row}\tx" for row in rows[1:])]) + "\n")
    says = r"put a first line with the names text, label, .*--columns '\{text: 1, label: 2\}'"
    refused(given, BadFile, says)
    resources = prepare(**given, columns={"text": "claim", "label": 2}).resources
    assert len(resources.labelled["train"]) == 60
    assert set(resources.labelled["train"].labels) == {"health", "sport", "farming"}
    refused(given, BadFile, "no column 'clam'; it has: claim", columns={"text": "clam"})


def test_what_is_empty_in_disguise(given, tmp_path):
    rows = given["train"].read_text().splitlines()
    labels = [row.split("\t")[1] for row in rows[1:]]
    bare = tmp_path / "bare.tsv"
    bare.write_text(rows[0] + "\n" + "".join(f"\u200b\t{label}\n" for label in labels))
    refused(given, BadValue, "--train: none of the 60 examples has a letter", train=bare)
    sides = [line.split("\t") for line in given["parallel"].read_text().splitlines()]
    bare.write_text("".join(f"{one}\t\n" for one, _ in sides))
    refused(given, BadValue, "90 of 90 pairs have a side without letters", parallel=bare)
    bare.write_text("")
    refused(given, BadValue, "bare.tsv: no text in it", text=bare)
    bare.write_bytes(b"")
    refused(given, BadValue, "bare.tsv: no examples in it", train=bare)


def test_labels_that_differ_in_case_are_named(given):
    given["train"].write_text(given["train"].read_text().replace("\thealth", "\tHealth", 3))
    warnings = prepare(**given).resources.warnings
    assert any("labels that differ in case alone" in w and "'Health'" in w for w in warnings)


def test_a_file_of_sentences_is_no_file_of_words(given):
    del given["parallel"]
    refused(given, BadValue, "--train: .* words have spaces in them", task="ner")


def test_folders_that_cannot_be_written(given, tmp_path):
    (tmp_path / "file").write_text("")
    refused(given, BadFile, "file: is a file; --out is a folder", out=tmp_path / "file")
    refused(given, BadFile, "cannot be made .*give another --out", out=tmp_path / "file" / "x")


def test_no_language_is_no_language(given):
    refused(given, BadSetting, "'und' is none", target="und")


@pytest.mark.parametrize("form", ["crlf", "bom", "semicolons"])
def test_files_as_other_systems_write_them_read_the_same(given, form):
    before = list(prepare(**given).resources.labelled["train"])
    text = given["train"].read_text()
    if form == "semicolons":
        given["train"] = given["train"].with_suffix(".csv")
        text = text.replace("\t", ";")
    made = text.replace("\n", "\r\n") if form == "crlf" else text
    given["train"].write_bytes(("\ufeff" * (form == "bom") + made).encode())
    assert list(prepare(**given).resources.labelled["train"]) == before


def test_a_wrong_test_set_is_not_blamed_on_the_parallel_text(given):
    rows = "".join(f"هذا نص عربي رقم {k} عن الصحة والرياضة\thealth\n" for k in range(30))
    given["test"].write_text("text\tlabel\n" + rows)
    warnings = prepare(**given).resources.warnings
    assert any(w.startswith("--test: ") and "% of the letters are Arab" in w for w in warnings)
