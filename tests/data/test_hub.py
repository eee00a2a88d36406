import json
import logging

import pytest

from calque.data.hub import hub_bitext, hub_labelled, hub_texts
from calque.errors import BadFile, BadLines

datasets = pytest.importorskip("datasets")


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("datasets"))
    before = datasets.config.HF_DATASETS_CACHE
    datasets.config.HF_DATASETS_CACHE = folder
    yield
    datasets.config.HF_DATASETS_CACHE = before


@pytest.fixture
def folder(put, tmp_path):
    """A data set as a folder: JSON lines of one split each."""

    def make(**splits):
        for split, rows in splits.items():
            put(f"{split}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        return f"hf:{tmp_path}"

    return make


def parquet(path, rows, features):
    datasets.Dataset.from_list(rows, features=datasets.Features(features)).to_parquet(str(path))


def test_a_split_of_a_folder(folder, caplog):
    caplog.set_level(logging.INFO, "calque")
    name = folder(
        train=[{"tweet": "a", "label": "x", "n": 1}], test=[{"tweet": "b", "label": "y", "n": 2}]
    )
    value = hub_labelled(f"{name}@test", "class", language="swh")
    assert value.language == "swh"
    assert list(value) == [{"text": "b", "label": "y", "n": "2"}]
    assert caplog.messages[0] == f"{name}@test: 1 rows, columns tweet, label, n"
    assert list(hub_texts(f"{name}@train[:1]", columns={"text": "label"})) == ["x"]


def test_a_split_must_be_said_where_there_are_several(folder):
    name = folder(train=[{"text": "a"}], test=[{"text": "b"}])
    with pytest.raises(
        BadFile, match=r"it has the splits train, test; say which, for example hf:.*@train$"
    ):
        hub_texts(name)


def test_one_split_need_not_be_said(folder):
    assert list(hub_texts(folder(train=[{"text": "a"}]))) == ["a"]


def test_numbers_of_labels_become_names(tmp_path):
    labels = datasets.ClassLabel(names=["neg", "pos"])
    features = {"text": datasets.Value("string"), "label": labels}
    parquet(
        tmp_path / "train.parquet",
        [{"text": "a", "label": 1}, {"text": "b", "label": -1}],
        features,
    )
    value = hub_labelled(f"hf:{tmp_path}", "class")
    assert value.gold == ["pos", None]


def test_numbers_of_tags_become_names(tmp_path):
    tags = datasets.Sequence(datasets.ClassLabel(names=["O", "B-PER", "I-PER"]))
    features = {"tokens": datasets.Sequence(datasets.Value("string")), "ner_tags": tags}
    parquet(tmp_path / "train.parquet", [{"tokens": ["a", "b"], "ner_tags": [1, 2]}], features)
    assert list(hub_labelled(f"hf:{tmp_path}", "tags")) == [
        {"words": ["a", "b"], "tags": ["B-PER", "I-PER"]}
    ]


def test_translations(tmp_path):
    features = {"translation": datasets.Translation(["en", "sw"]), "id": datasets.Value("int64")}
    rows = [{"translation": {"en": "one", "sw": "moja"}, "id": 1}]
    parquet(tmp_path / "train.parquet", rows, features)
    value = hub_bitext(f"hf:{tmp_path}", source="swh", target="eng")
    assert (list(value), value.source) == ([("moja", "one")], "swh")
    assert list(hub_bitext(f"hf:{tmp_path}")) == [("one", "moja")]


def test_answers(folder):
    answers = {"text": ["Bob"], "answer_start": [8]}
    row = {"context": "Ada met Bob.", "question": "Who?", "answers": answers, "id": "q"}
    value = hub_labelled(folder(train=[row]), "answer")
    assert [(row["answer"], row["start"]) for row in value] == [("Bob", 8)]


def test_bad_rows_have_their_number(folder):
    name = folder(train=[{"text": "a", "label": "x"}, {"text": None, "label": "x"}])
    with pytest.raises(BadLines, match=r":2: field 'text' is missing or null$"):
        hub_labelled(name, "class")
    assert len(hub_labelled(name, "class", drop_bad=True)) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf:", "hf:: expected hf:org/name, hf:org/name:config or hf:org/name:config@split"),
        ("hf:{}/none", "hf:{}/none: cannot be loaded: "),
        ("hf:no-such-org-qx/none@train", "hf:no-such-org-qx/none@train: cannot be loaded: "),
        ("hf:{}@dev", "hf:{}@dev: cannot be loaded: Unknown split"),
        ("hf:{}:swahili", "hf:{}:swahili: cannot be loaded: BuilderConfig 'swahili' not found"),
    ],
)
def test_what_cannot_be_loaded_is_named(folder, tmp_path, name, message, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    folder(train=[{"text": "a"}])
    with pytest.raises(BadFile) as caught:
        hub_texts(name.format(tmp_path))
    assert str(caught.value).startswith(message.format(tmp_path))
    assert "\n" not in str(caught.value)
