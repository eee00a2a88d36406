import json

import pytest

from calque.errors import BadFile
from calque.models.folder import open_tokenizer
from calque.models.vocabulary import vocabulary
from calque.values import Checkpoint


@pytest.mark.parametrize("name", ["bert", "xlmr", "distilbert", "deberta", "modernbert", "gpt2"])
def test_pieces_and_roles_are_those_of_the_tokenizer(tiny, name):
    tokenizer = open_tokenizer(tiny(name))
    found = vocabulary(tiny(name))
    assert list(found.pieces) == tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    for role, piece in found.special.items():
        assert getattr(tokenizer, f"{role}_token") == piece
        assert getattr(tokenizer, f"{role}_token_id") == found.special_id(role)
    assert found.fast.encode("the cat 犬").ids == tokenizer("the cat 犬")["input_ids"]


def test_roles_by_hand(tiny):
    assert vocabulary(tiny("xlmr")).special == {
        "unk": "<unk>", "pad": "<pad>", "cls": "<s>", "sep": "</s>",
        "mask": "<mask>", "bos": "<s>", "eos": "</s>",
    }  # fmt: skip
    assert vocabulary(tiny("gpt2")).special == {"unk": "[UNK]", "bos": "[CLS]", "eos": "[SEP]"}


def test_truncation_and_padding_are_left_out(tiny, tmp_path):
    for path in tiny("bert").folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tokenizer = open_tokenizer(tiny("bert")).backend_tokenizer
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=16)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    found = vocabulary(Checkpoint(tmp_path))
    assert found == vocabulary(tiny("bert"))
    assert json.loads(found.tokenizer)["truncation"] is None
    assert len(found.fast.encode("the cat sees the dog").ids) == 7


def test_a_folder_without_tokenizer_is_told(tiny, tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((tiny("bert").folder / name).read_bytes())
    with pytest.raises(BadFile, match="no tokenizer"):
        vocabulary(Checkpoint(tmp_path))
