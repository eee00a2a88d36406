"""Patches as files: read when asked for, equal tensors once, and what is no patch, or not on this base."""

import json

import pytest
import torch
from patches import SHAPES, a_base, a_model, a_patch, a_term
from safetensors.torch import load_file, save_file

from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.adaptation.difference import difference
from calque.errors import BadFile, BadValue
from calque.values import Patch, store
from calque.values.patch import Head, Piece, write_patch


def test_it_is_stored_and_found_again(tmp_path):
    patch = a_patch(a_base(tmp_path / "base"), "low_rank")
    store.save({"patch": patch}, tmp_path / "stored", owned=patch.folder.parent)
    again = store.load(tmp_path / "stored")["patch"]
    assert not patch.folder.exists()
    assert again.fingerprint() == Patch(again.folder).fingerprint()
    assert [entry.kind for entry in again.entries] == ["low_rank", "low_rank"]
    assert again.terms("layer.0.dense.weight")[0].shape == (5, 4)
    assert again.terms("layer.0.dense.bias") == []


def test_equal_tensors_are_stored_once_and_tied_ones_change_together(tmp_path):
    table = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    both = {"wte.weight": table, "lm_head.weight": table.clone(), "b": torch.zeros(3)}
    base = a_model(tmp_path / "base", both)
    tuned = a_model(tmp_path / "tuned", {name: t + 1 for name, t in both.items()})  # fmt: skip
    patch = difference(base, tuned)
    assert [entry.name for entry in patch.entries] == ["b", "lm_head.weight", "wte.weight"]
    stored = [t for path in patch.folder.glob("*.safetensors") for t in load_file(path).values()]
    assert sorted(tuple(tensor.shape) for tensor in stored) == [(3,), (6, 3)]
    # the base may name the table once
    alone = a_model(tmp_path / "alone", {n: t for n, t in both.items() if n != "lm_head.weight"})
    assert torch.equal(load_file(apply(alone, patch).weights[0])["wte.weight"], table + 1)
    # and a patch of one of the two moves the other
    term = a_term("low_rank", (6, 3), 0)
    one = write_patch(Head("base"), [Piece("wte.weight", term.kind, term.shape, term.tensors)])
    moved = load_file(apply(base, one).weights[0])
    assert torch.equal(moved["wte.weight"], moved["lm_head.weight"])
    assert not torch.equal(moved["wte.weight"], table)
    untied = a_model(tmp_path / "untied", both, tie_word_embeddings=False)
    moved = load_file(apply(untied, one).weights[0])
    assert torch.equal(moved["lm_head.weight"], table)


def test_another_base_is_refused_with_both_names(tmp_path):
    base, other = a_base(tmp_path / "mine"), a_base(tmp_path / "theirs", seed=1)
    patch = a_patch(base, "bias")
    with pytest.raises(BadValue, match=r"on 'mine'.*'theirs'.*layer\.0\.dense\.bias"):
        apply(other, patch)
    with pytest.raises(BadValue, match="on 'mine' and 'theirs', which differ in layer"):
        add([patch, a_patch(other, "bias")])
    with pytest.raises(BadValue, match="add both patches"):
        apply(apply(base, patch), patch)
    # a body whose words were swapped still is the base of its layers
    tensors = {name: load_file(base.weights[0])[name] for name in SHAPES}
    swapped = a_model(tmp_path / "swapped", tensors | {"embeddings.weight": torch.ones(9, 4)})
    apply(swapped, patch)
    with pytest.raises(BadValue, match=r"embeddings.weight of \[9, 4\], not \[7, 4\]"):
        apply(swapped, a_patch(base, "rows"))
    lacks = a_model(tmp_path / "lacks", {"scale": torch.ones(())})
    with pytest.raises(BadValue, match=r"has no layer\.0\.dense\.bias"):
        apply(lacks, patch)


def test_a_copy_in_half_the_bytes_is_the_same_base(tmp_path):
    base = a_base(tmp_path / "base")
    half = {name: t.bfloat16() if t.is_floating_point() else t for name, t in load_file(base.weights[0]).items()}  # fmt: skip
    moved = load_file(apply(a_model(tmp_path / "half", half), a_patch(base, "low_rank")).weights[0])
    assert {t.dtype for n, t in moved.items() if n in SHAPES} == {torch.bfloat16}


def test_names_with_a_prefix_mean_the_same(tmp_path):
    base = a_base(tmp_path / "base")
    tensors = load_file(base.weights[0])
    inside = a_model(tmp_path / "inside", {f"bert.{name}": t for name, t in tensors.items()} | {"head.weight": torch.ones(2)})  # fmt: skip
    patch = a_patch(base, "layers")
    plain, prefixed = (load_file(apply(one, patch).weights[0]) for one in (base, inside))
    for name in SHAPES:
        assert torch.equal(plain[name], prefixed[f"bert.{name}"])
    # a bare body gets the names of the model with a head
    made = apply(base, difference(base, apply(inside, patch)))
    assert load_file(made.weights[0]).keys() == prefixed.keys()


@pytest.mark.parametrize(
    ("kind", "tensors", "message"),
    [
        ("dense", {"value": torch.full((5, 4), torch.nan)}, "layer.w .value. holds numbers that"),
        ("dense", {"value": torch.ones(4, 5)}, "is no difference of"),
        (
            "low_rank",
            {"up": torch.ones(5, 2), "scale": torch.ones(2), "down": torch.ones(3, 4)},
            "no difference",
        ),
        ("sparse", {"indices": torch.tensor([3, 1]), "values": torch.ones(2)}, "places rise"),
        ("sparse", {"indices": torch.tensor([20]), "values": torch.ones(1)}, "lie inside"),
        ("rows", {"ids": torch.tensor([5]), "values": torch.ones(1, 4)}, "lie inside"),
        ("rows", {"indices": torch.tensor([1]), "values": torch.ones(1)}, "rows has ids, values"),
        ("curly", {"value": torch.ones(5, 4)}, "no kind 'curly'"),
        ("module", {"down": torch.ones(1)}, "says what it is"),
    ],
)
def test_what_is_no_difference_is_refused(kind, tensors, message):
    with pytest.raises(BadValue, match=message):
        write_patch(Head("base"), [Piece("layer.w", kind, (5, 4), tensors)])


def test_files_that_are_no_patch(tmp_path):
    patch = a_patch(a_base(tmp_path / "base"), "dense")
    with pytest.raises(BadFile, match=r"no patch\.json"):
        Patch(tmp_path)
    index = patch.folder / "patch.json"
    text = index.read_text()
    for wrong, message in [
        (text.replace('"format": 1', '"format": 2'), "format 2; this calque reads 1"),
        (text[:-9], "not JSON"),
        ("[]", "format None"),
        (text.replace('"dense"', '"thick"'), "no kind 'thick'"),
    ]:
        index.write_text(wrong)
        with pytest.raises(BadFile, match=message):
            Patch(patch.folder)
    index.write_text(text)
    broken = json.loads(text)["entries"][0]["tensors"]["value"]
    path = next(patch.folder.glob("*.safetensors"))
    tensors = load_file(path)
    save_file(tensors | {broken: tensors[broken] * torch.inf}, path)
    with pytest.raises(BadValue, match=r"embeddings\.weight \(value\) holds numbers that are not"):
        Patch(patch.folder).terms("embeddings.weight")
    path.unlink()
    with pytest.raises(BadFile, match="is missing"):
        Patch(patch.folder)
