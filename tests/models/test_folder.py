import json
import logging
import shutil

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from calque.errors import BadFile, BadSetting
from calque.models.folder import open_model, open_tokenizer, quiet, save
from calque.values import Checkpoint


@pytest.fixture
def copy(tiny, tmp_path):
    """A copy of a tiny model's folder that a test may damage."""
    folder = tmp_path / "copy"
    shutil.copytree(tiny("bert", "masked").folder, folder)
    return folder


def test_a_folder_without_tokenizer_opens_until_one_is_needed(copy):
    for path in copy.glob("tokenizer*"):
        path.unlink()
    checkpoint = Checkpoint(copy)
    open_model(checkpoint, "encoder")
    with pytest.raises(BadFile, match="no tokenizer"):
        open_tokenizer(checkpoint)


def test_a_body_with_lost_weights_is_refused(copy):
    tensors = load_file(copy / "model.safetensors")
    del tensors["bert.encoder.layer.1.output.dense.weight"]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BadFile, match=r"1 weights of the body .*layer\.1\.output\.dense\.weight"):
        open_model(Checkpoint(copy), "encoder")


def test_a_body_of_another_width_is_refused(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"vocab_size": 999}))
    with pytest.raises(BadFile, match="weights of the body"):
        open_model(Checkpoint(copy), "masked")


def test_code_in_a_folder_is_never_run(copy):
    config = json.loads((copy / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    (copy / "config.json").write_text(json.dumps(config))
    (copy / "own.py").write_text("raise SystemExit('ran')")
    with pytest.raises(BadFile, match="cannot be loaded as AutoModel"):
        open_model(Checkpoint(copy), "encoder")


def test_an_unknown_kind_is_refused(tiny):
    with pytest.raises(BadSetting, match="no kind of model 'chat'"):
        open_model(tiny("bert"), "chat")


def test_a_drawn_head_is_told_and_leaves_the_generator_alone(tiny, caplog):
    before = torch.get_rng_state()
    with caplog.at_level(logging.WARNING, "calque"):
        first = open_model(tiny("bert"), "masked", seed=1)
    second = open_model(tiny("bert"), "masked", seed=1)
    third = open_model(tiny("bert"), "masked", seed=2)
    assert "drawn at random" in caplog.text
    assert torch.equal(torch.get_rng_state(), before)
    weight = "cls.predictions.transform.dense.weight"
    assert torch.equal(first.get_parameter(weight), second.get_parameter(weight))
    assert not torch.equal(first.get_parameter(weight), third.get_parameter(weight))


def test_half_precision_weights_open_as_float32(tiny, tmp_path):
    model = open_model(tiny("bert"), "encoder").to(torch.bfloat16)
    saved = save(model, open_tokenizer(tiny("bert")), tmp_path / "half")
    opened = open_model(saved, "encoder")
    assert {parameter.dtype for parameter in opened.parameters()} == {torch.float32}
    name = "embeddings.word_embeddings.weight"
    assert torch.equal(opened.get_parameter(name), model.get_parameter(name).float())


def test_quiet_puts_the_talk_of_transformers_back():
    chatter = transformers.utils.logging
    level, bars = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
    with quiet():
        assert chatter.get_verbosity() == logging.ERROR
        assert not chatter.is_progress_bar_enabled()
    assert (chatter.get_verbosity(), chatter.is_progress_bar_enabled()) == (level, bars)


def test_a_saved_tokenizer_names_no_place_and_no_class_of_one_version(tiny):
    settings = json.loads((tiny("bert").folder / "tokenizer_config.json").read_text())
    assert settings["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert not {"backend", "is_local", "local_files_only"} & set(settings)
