"""Parses and answers go through a transfer: files, strategies, signals, scores and what is left."""

import json
from pathlib import Path
from shutil import rmtree

import pytest

from calque import recipe, synthetic
from calque.cli._scored import outcomes
from calque.data.conllu import conllu, write_conllu
from calque.data.squad import squad, write_squad
from calque.data.tsv import write_tsv
from calque.data.unlabelled import unlabelled
from calque.errors import BadLines, BadSetting, BadValue
from calque.evaluation.paired import paired
from calque.projection.gloss import gloss
from calque.signals import _shape
from calque.transfer import prepare, transfer
from calque.values import Labelled, Lexicon, Texts

TOY = Path(recipe.__file__).parent / "toy"
WRITERS = {"parse": (write_conllu, "conllu"), "answer": (write_squad, "json")}


def files(task, folder):
    """Labelled files and pairs of two languages of a synthetic family."""
    family, (write, ending) = synthetic.family(seed=3), WRITERS[task]
    made = {
        "task": task,
        "source": "qaa",
        "target": "qab",
        "model": TOY / "tiny",
        "out": folder / "run",
    }
    sets = {"train": ("qaa", 30), "dev": ("qaa", 10), "test": ("qab", 10), "few": ("qab", 6)}
    for seed, (name, (language, count)) in enumerate(sets.items()):
        made[name] = folder / f"{name}.{ending}"
        write(family.labelled(task, language, count, seed), made[name])
    made["parallel"] = folder / "pairs.tsv"
    write_tsv(family.bitext("qaa", "qab", 40, 9), made["parallel"])
    return made


def every(given, further):
    """All strategies that the files allow, and one of those that go on from another."""
    names = [strategy.name for strategy in prepare(**given).strategies]
    return [*(name for name in names if "+" not in name), further]


def compared(folder, metrics):
    """Strategies are tested in pairs, and what the folder's file of predictions says is what was scored."""
    made = outcomes(folder)
    chosen, others = made[metrics[0]], [n for n in made if n.endswith(f".{metrics[0]}")]
    for name in (other.removesuffix(metrics[0]) + metric for other in others for metric in metrics):
        one, other = made[name.split(".")[-1]], made[name]
        score = paired(other.made, one.made, one.gold, metric=one.metric, language=one.language)
        assert score.value == pytest.approx(other.value - one.value)
        assert other.same_test(one)
    rmtree(folder / "judgements")
    (left,) = {id(o): o for n, o in outcomes(folder).items() if "." not in n}.values()
    assert (left.made, left.gold, left.value) == (chosen.made, chosen.gold, chosen.value)


def test_parses_are_transferred(tmp_path):
    given = files("parse", tmp_path)
    found = transfer(**given, strategies=every(given, "vocabulary+few-shot"))
    facts = json.loads((found.folder / "scores.json").read_text())
    assert (facts["kind"], facts["metric"]) == ("parse", "las")
    for row in facts["strategies"]:
        assert set(row["scores"]) == {"las", "uas"}
        assert row["scores"]["las"]["value"] <= row["scores"]["uas"]["value"]
        assert set(row["signals"]) == {"source_dev", "agreement", "carried_dev", "retrieval"}
    test, made = conllu(given["test"]), conllu(found.folder / "predictions.conllu")
    assert [row["words"] for row in made] == [row["words"] for row in test]
    assert all(row["heads"].count(0) == 1 for row in made)
    assert set(facts["confusion"]["labels"]) <= {*test.labels, *made.labels}
    assert (found.folder / "model" / "parser.safetensors").is_file()
    assert "parser.safetensors" in (found.folder / "model" / "README.md").read_text()
    assert "<script" not in (found.folder / "report.html").read_text()
    compared(found.folder, ("las", "uas"))


def test_answers_are_transferred_and_have_no_agreement(tmp_path):
    from transformers import AutoModelForQuestionAnswering

    given = files("answer", tmp_path)
    found = transfer(**given, strategies=every(given, "zero-shot+few-shot"))
    facts = json.loads((found.folder / "scores.json").read_text())
    assert (facts["kind"], facts["metric"], facts["confusion"]) == ("answer", "answer_f1", None)
    for row in facts["strategies"]:
        assert set(row["scores"]) == {"answer_f1", "exact_match"}
        assert set(row["signals"]) == {"source_dev", "carried_dev", "retrieval"}
    for row in squad(found.folder / "predictions.json"):
        assert row["context"].startswith(row["answer"], row["start"]) and row["answer"]
    assert AutoModelForQuestionAnswering.from_pretrained(found.folder / "model")
    assert "question-answering" in (found.folder / "model" / "README.md").read_text()
    compared(found.folder, ("answer_f1", "exact_match"))


def test_what_parses_and_answers_cannot_do_is_said(tmp_path):
    for task in WRITERS:
        folder = tmp_path / task
        folder.mkdir()
        given = files(task, folder)
        names = {strategy.name.split("+")[0] for strategy in prepare(**given).strategies}
        assert {"zero-shot", "vocabulary", "masked", "distilled", "glossed"} <= names
        assert not names & {"spelled", "projected", "back-projected"}
        with pytest.raises(
            BadSetting, match=f"'projected' is for .* 'tags' alone, these are of task '{task}'"
        ):
            prepare(**given, strategies=["projected"])
    bad = given | {"train": folder / "bad.json"}
    bad["train"].write_text('{"data": [{"paragraphs": [{"qas": [{"id": "7", "question": "q"}]}]}]}')
    with pytest.raises(BadLines, match=r"bad\.json:1: question 7: field 'context' is missing"):
        prepare(**bad)


def test_relations_lose_their_subtypes_and_unknown_ones_are_named(tmp_path):
    given = files("parse", tmp_path)
    text = given["train"].read_text()
    given["train"].write_text(text.replace("\tnsubj\t", "\tnsubj:pass\t"))
    resources = prepare(**given).resources
    assert "nsubj" in resources.labelled["train"].labels
    assert not any(":" in label for label in resources.labelled["train"].labels)
    given["few"].write_text(given["few"].read_text().replace("\tnsubj\t", "\tclf\t"))
    with pytest.raises(BadValue, match="--few has labels that --train never shows: 'clf'"):
        prepare(**given)
    given["train"].write_text(text.replace("\t0\troot", "\t99\troot", 1))
    with pytest.raises(BadLines, match=r"train\.conllu:\d+: head 99 lies outside the sentence"):
        prepare(**given)


def test_translations_word_by_word_keep_trees_and_answers():
    words = Lexicon.of(
        [("red", "rouge", 1.0), ("house", "maison", 1.0), ("a", "une", 1.0)], "eng", "fra"
    )
    tree = {"words": ["a", "house"], "heads": [2, 0], "relations": ["det", "root"]}
    assert next(iter(gloss(Labelled.of([tree], "parse"), words))) == {
        "words": ["une", "maison"], "tags": None, "heads": [2, 0], "relations": ["det", "root"],
    }  # fmt: skip
    rows = [
        {"context": "A red house. Red!", "question": "a house?", "answer": "red house", "start": 2},
        {"context": "a", "question": "house", "answer": "", "start": -1},
    ]
    made = list(gloss(Labelled.of(rows, "answer", "eng"), words))
    assert (made[0]["context"], made[0]["question"]) == ("une rouge maison. rouge!", "une maison?")
    assert (made[0]["answer"], made[0]["start"]) == ("rouge maison", 4)
    assert (made[1]["answer"], made[1]["start"]) == ("", -1)


def test_parses_agree_where_relations_stand_under_the_same():
    assert _shape(["2:nsubj", "0:root", "2:obj"]) == ["nsubj root", "root ", "obj root"]
    assert sorted(_shape(["0:root", "1:nsubj"])) == sorted(_shape(["2:nsubj", "0:root"]))
    (row,) = unlabelled(Texts.of(["a dog runs"], "eng"), task="parse")
    assert row["words"] == ["a", "dog", "runs"] and row["heads"] is None
