import pytest
import torch
import transformers

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import KINDS, open_tokenizer, quiet, save
from calque.models.heads import labels_of, last_layer, task_of, trained_head, with_head

ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")
TEXTS = ["the cat sees", "der kleine Hund", ""]


def logits(model, tokenizer):
    batch = tokenizer(TEXTS, ["a dog"] * 3, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**batch).logits


@pytest.mark.parametrize("task", ["class", "tags"])
@pytest.mark.parametrize("name", [*ENCODERS, "gpt2"])
def test_plain_transformers_loads_what_is_saved_with_equal_logits(tiny, tmp_path, name, task):
    model = with_head(tiny(name), task, ["x", "y", "z"], seed=3)
    tokenizer = open_tokenizer(tiny(name))
    if name == "gpt2":
        tokenizer.pad_token = tokenizer.eos_token
    saved = save(model, tokenizer, tmp_path / "saved")
    with quiet():
        plain = getattr(transformers, KINDS[task]).from_pretrained(saved.folder)
        plain_tokenizer = transformers.AutoTokenizer.from_pretrained(saved.folder)
    assert plain.config.id2label == {0: "x", 1: "y", 2: "z"}
    assert plain.config.label2id == {"x": 0, "y": 1, "z": 2}
    assert torch.equal(logits(plain, plain_tokenizer), logits(model, tokenizer))
    assert (task_of(saved), labels_of(saved)) == (task, ("x", "y", "z"))


@pytest.mark.parametrize("name", [*ENCODERS, "gpt2"])
def test_only_the_last_layer_depends_on_the_number_of_labels(tiny, name):
    model = with_head(tiny(name), "class", ["x", "y", "z"])
    found = last_layer(model)
    assert [model.get_parameter(n).shape[0] for n in found] == [3] * len(found)
    weights = [n for n in found if n.endswith("weight")]
    assert len(weights) == 1 and model.get_parameter(weights[0]).dim() == 2


def test_a_trained_head_for_the_same_labels_is_kept_in_its_order(tiny, tmp_path):
    model = with_head(tiny("bert"), "class", ["x", "y", "z"], seed=1)
    saved = save(model, open_tokenizer(tiny("bert")), tmp_path / "saved")
    again = with_head(saved, "class", ["z", "x", "y"], seed=99)
    assert again.config.id2label == {0: "x", 1: "y", 2: "z"}
    assert torch.equal(again.classifier.weight, model.classifier.weight)


@pytest.mark.parametrize(
    ("task", "labels"),
    [("class", ["x", "y", "w"]), ("class", ["x", "y"]), ("pair", ["x", "y", "z"])],
)
def test_other_labels_get_a_new_last_layer_on_the_same_body(tiny, tmp_path, task, labels):
    model = with_head(tiny("bert"), "class", ["x", "y", "z"], seed=1)
    with torch.no_grad():
        model.classifier.weight.fill_(7.0)
        model.classifier.bias.fill_(7.0)
    saved = save(model, open_tokenizer(tiny("bert")), tmp_path / "saved")
    other = with_head(saved, task, labels, seed=1)
    assert other.classifier.weight.shape[0] == len(labels)
    assert other.classifier.weight.abs().max() < 1
    assert other.classifier.bias.abs().max() == 0
    for (key, own), (_, its) in zip(
        model.bert.named_parameters(), other.bert.named_parameters(), strict=True
    ):
        assert torch.equal(own, its), key


def test_a_seed_draws_the_same_head_and_another_one_another(tiny):
    draw = [with_head(tiny("xlmr"), "class", ["x", "y"], seed=seed) for seed in (1, 1, 2)]
    for part in ("classifier.dense.weight", "classifier.out_proj.weight"):
        first, same, other = (model.get_parameter(part) for model in draw)
        assert torch.equal(first, same)
        assert not torch.equal(first, other)


def test_mistakes_are_told(tiny):
    with pytest.raises(BadSetting, match="no head for task 'slots'"):
        with_head(tiny("bert"), "slots", ["x", "y"])
    with pytest.raises(BadValue, match="at least two labels"):
        with_head(tiny("bert"), "class", ["x"])
    with pytest.raises(BadValue, match="each once"):
        with_head(tiny("bert"), "class", ["x", "x"])
    with pytest.raises(BadFile, match="no head for task 'class'"):
        trained_head(tiny("bert"), "class")
