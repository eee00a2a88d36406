"""Several models in one folder: what goes in comes out, and what is shared is there once."""

import copy
import json
import shutil
import threading

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from scipy import sparse

from calque.errors import BadFile, BadValue, UnknownName
from calque.models.folder import quiet
from calque.models.hydra import hydra
from calque.models.load import load, version
from calque.models.member import member
from calque.models.members import members
from calque.models.packed import add, check_folder
from calque.models.serving import Serving
from calque.models.swap import swap
from calque.models.vocabulary import vocabulary
from calque.values import Checkpoint, Hydra, Mixture, Vocabulary
from calque.workspace import working_in

PLAIN = (".json", ".safetensors", ".txt", ".md")


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def fewer(words):
    """A WordPiece vocabulary without its last twenty pieces, and where its rows come from."""
    state, kept = json.loads(words.tokenizer), len(words) - 20
    state["model"]["vocab"] = {p: i for p, i in state["model"]["vocab"].items() if i < kept}
    new = Vocabulary(json.dumps(state), words.special)
    return new, Mixture(sparse.eye(kept, len(words), format="csr"), new.pieces, words.pieces)


def turned(words):
    """The same vocabulary with the rows of other pieces."""
    rows = np.roll(np.arange(len(words)), 7)
    return words, Mixture(sparse.identity(len(words)).tocsr()[rows], words.pieces, words.pieces)


@pytest.fixture
def three(tiny, tmp_path):
    """One body under two vocabularies, and a model with another body and a card."""
    own = tiny("bert", "class")
    other = tmp_path / "other"
    shutil.copytree(tiny("gpt2", "causal").folder, other)
    (other / "README.md").write_text("a card\n", encoding="utf-8")
    (other / "extra.bin").write_bytes(b"\x80\x04.")  # a pickle
    return {
        "eng": own,
        "swh": swap(own, *fewer(vocabulary(own))),
        "gpt": Checkpoint(other),
    }


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in PLAIN
    }


def weight(checkpoint):
    return sum(tensor.nbytes for path in checkpoint.weights for tensor in load_file(path).values())


def test_every_file_comes_out_as_it_went_in(three):
    packed = hydra(three)
    assert packed.names == ("eng", "swh", "gpt") and len(packed) == 3
    for name, checkpoint in three.items():
        taken = member(packed, name=name)
        assert files(taken.folder) == files(checkpoint.folder)
        assert taken.fingerprint() == checkpoint.fingerprint()
    assert not list(packed.folder.rglob("*.bin"))


def test_what_is_shared_is_there_once(three):
    packed = hydra(three)
    table = load_file(three["swh"].weights[0])["bert.embeddings.word_embeddings.weight"].nbytes
    sizes = {name: weight(checkpoint) for name, checkpoint in three.items()}
    stored = sum(path.stat().st_size for path in packed.folder.glob("tensors-*.safetensors"))
    # the second model brings its own rows alone, the third all of its weights
    assert stored == pytest.approx(sizes["eng"] + table + sizes["gpt"], abs=16000)
    # and what is stored is a safetensors file that anybody reads
    tensors = [load_file(path) for path in packed.folder.glob("tensors-*.safetensors")]
    assert sum(t.nbytes for some in tensors for t in some.values()) <= stored
    rows = {row["member"]: row for row in members(packed)}
    assert rows["swh"]["bytes"] == sizes["swh"] and rows["swh"]["alone"] == table
    assert rows["gpt"]["alone"] == rows["gpt"]["bytes"] == sizes["gpt"]
    assert rows["gpt"]["kind"] == "GPT2LMHeadModel"
    assert rows["swh"]["pieces"] == len(vocabulary(three["swh"]))


def test_a_member_that_comes_later_changes_none_of_the_others(three, caplog):
    caplog.set_level("INFO")
    first = hydra({"eng": three["eng"]})
    before = files(first.folder)
    both = hydra({"swh": three["swh"], "gpt": three["gpt"]}, first)
    assert files(first.folder) == before and first.names == ("eng",)
    assert both.fingerprint() == hydra(three).fingerprint() != first.fingerprint()
    said = [record.getMessage() for record in caplog.records if "shared" in record.getMessage()]
    shares = {text.split(":")[0]: text.rsplit(", ", 1)[1] for text in said[:3]}
    assert shares["eng"] == "0% shared" and shares["gpt"] == "0% shared"
    assert 30 < int(shares["swh"].split("%")[0]) < 90
    assert member(both, name="swh").fingerprint() == three["swh"].fingerprint()


def test_a_member_may_be_replaced_and_what_nobody_needs_goes(three, tmp_path):
    folder = tmp_path / "models"
    add(folder, {"a": three["eng"]})
    add(folder, {"b": three["gpt"]})
    (folder / ".tensors-1.safetensors.9.part").write_bytes(b"of a killed process")
    again = add(folder, {"b": three["swh"]})[0]
    assert again.new < again.size == weight(three["swh"])
    held = Hydra(folder)
    assert held.names == ("a", "b")
    assert member(held, name="b").fingerprint() == three["swh"].fingerprint()
    assert len(list(folder.glob("tensors-*.safetensors"))) == 2  # that of gpt is gone
    assert not list(folder.glob(".*.part"))
    assert add(folder, {"b": three["swh"]})[0].new == 0
    assert add(folder, {"b": three["gpt"]})[0].new == weight(
        three["gpt"]
    )  # it is not there to share
    assert member(Hydra(folder), name="b").fingerprint() == three["gpt"].fingerprint()


def test_several_writers_lose_no_member(three, tmp_path):
    folder = tmp_path / "models"
    threads = [
        threading.Thread(target=add, args=(folder, {name: checkpoint}))
        for name, checkpoint in three.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Hydra(folder).fingerprint() == hydra(three).fingerprint()


def test_a_failure_leaves_the_folder_as_it_was(three, tmp_path, monkeypatch):
    folder = tmp_path / "models"
    add(folder, {"a": three["eng"]})
    before = (folder / "hydra.json").read_bytes()
    monkeypatch.setattr("calque.models.packed._write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))  # fmt: skip
    with pytest.raises(OSError, match="full"):
        add(folder, {"b": three["gpt"]})
    assert (folder / "hydra.json").read_bytes() == before
    assert member(Hydra(folder), name="a").fingerprint() == three["eng"].fingerprint()


def test_tensors_of_all_widths_and_none_at_all(tmp_path):
    tensors = {
        "half": torch.arange(3, dtype=torch.float16),
        "empty": torch.zeros(0, 4),
        "scalar": torch.tensor(2.5),
        "flags": torch.tensor([True, False, True]),
        "whole": torch.arange(5),
        "zero": torch.zeros(2),
        "minus": -torch.zeros(2),  # other bits than zero
        "turned": torch.zeros(2, 1),
        "nan": torch.tensor([float("nan")]),
        "brain": torch.tensor([1.5, -2], dtype=torch.bfloat16),
    }
    (tmp_path / "config.json").write_text("{}")
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    packed = hydra({"odd": Checkpoint(tmp_path)})
    assert len(set(packed.tensors("odd"))) == len(tensors)
    assert files(member(packed, name="odd").folder) == files(tmp_path)
    stored = load_file(next(packed.folder.glob("tensors-*.safetensors")))
    assert sorted(map(str, (t.dtype for t in stored.values()))) == sorted(
        str(t.dtype) for t in tensors.values()
    )


def test_a_member_is_a_model_to_whoever_asks_for_one(three, tmp_path, monkeypatch):
    folder = tmp_path / "models"
    add(folder, three)
    found = load(f"{folder}#swh")
    assert found.fingerprint() == three["swh"].fingerprint()
    assert load(f"{folder}#swh").folder == found.folder
    before = version(f"{folder}#swh")
    add(folder, {"swh": three["eng"]})
    assert version(f"{folder}#swh") != before
    assert load(f"{folder}#swh").fingerprint() == three["eng"].fingerprint()
    with pytest.raises(BadFile, match=r"name one: .*#eng, .*#swh, .*#gpt"):
        load(folder)
    with pytest.raises(UnknownName, match="no member 'deu'; there are: eng, swh, gpt"):
        load(f"{folder}#deu")
    monkeypatch.chdir(folder)  # a name is a name, also where the folder of several is this one
    with pytest.raises(BadFile, match=r"\./nothing: no such folder"):
        load("./nothing")


def test_names_and_folders_that_will_not_do(three, tmp_path):
    for name in ("", "../swh", ".swh", "a/b", "swh#1"):
        with pytest.raises(BadValue, match="no name for a member"):
            add(tmp_path / "new", {name: three["eng"]})
    with pytest.raises(BadValue, match="no members"):
        hydra({})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    with pytest.raises(BadFile, match="something else"):
        check_folder(tmp_path / "full")
    with pytest.raises(BadFile, match="is a file"):
        check_folder(tmp_path / "full" / "thesis.tex")
    with pytest.raises(BadFile, match=r"no hydra\.json"):
        Hydra(tmp_path)
    broken = tmp_path / "broken"
    shutil.copytree(three["eng"].folder, broken)
    path = broken / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(BadFile, match="not a whole safetensors file"):
        add(tmp_path / "new", {"eng": Checkpoint(broken)})
    assert not (tmp_path / "new").exists()


def test_an_index_that_points_outside_is_refused(three, tmp_path):
    packed = hydra({"eng": three["eng"]})
    index = json.loads((packed.folder / "hydra.json").read_text())
    entry = index["members"]["eng"]["files"]
    entry["../../escaped.json"] = entry.pop("config.json")
    (packed.folder / "hydra.json").write_text(json.dumps(index))
    with pytest.raises(BadFile, match="outside its folder"):
        member(Hydra(packed.folder), name="eng")
    index["format"] = 2
    (packed.folder / "hydra.json").write_text(json.dumps(index))
    with pytest.raises(BadFile, match="format 2"):
        Hydra(packed.folder)


def logits(model, tokenizer, text="the cat sees the small dog"):
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt")).logits


def own(checkpoint):
    """The model by itself, not at odd places of a mapped file, where last bits of sums differ."""
    config = checkpoint.config
    with quiet():
        model = getattr(transformers, config["architectures"][0]).from_pretrained(checkpoint.folder)
        model = copy.deepcopy(model).eval()
        return model, transformers.AutoTokenizer.from_pretrained(checkpoint.folder)


@pytest.fixture
def serving(three):
    from calque.models.serving import Serving

    return Serving(hydra(three))


def test_switching_gives_the_logits_of_each_own_model_bit_for_bit(three, serving):
    expected = {name: logits(*own(checkpoint)) for name, checkpoint in three.items()}
    assert list(serving) == list(three) and len(serving) == 3
    for name in ("eng", "swh", "gpt", "eng", "gpt", "swh"):
        assert torch.equal(logits(*serving[name]), expected[name]), name
    assert not torch.equal(expected["eng"], expected["swh"])


def test_the_body_is_in_memory_once(three, serving):
    serving["eng"]
    assert serving.bytes == weight(three["eng"])
    model, _ = serving["swh"]
    table = model.get_input_embeddings().weight
    assert serving.bytes == weight(three["eng"]) + table.nbytes
    shared = {p.data_ptr() for p in serving["eng"][0].parameters()}
    alone = [name for name, p in model.named_parameters() if p.data_ptr() not in shared]
    assert alone == ["bert.embeddings.word_embeddings.weight"]
    assert serving["swh"][0] is model  # asking again opens nothing
    assert not any(p.requires_grad for p in model.parameters())


def test_several_heads_of_a_decoder_write_as_their_own_models_do(tiny):
    from calque.models.serving import Serving

    first = tiny("gpt2", "causal")
    second = swap(first, *turned(vocabulary(first)))
    heads = {"one": first, "two": second}
    serving = Serving(hydra(heads))
    for name in ("one", "two", "one"):
        texts = []
        for model, tokenizer in (serving[name], own(heads[name])):
            ids = tokenizer("the cat", return_tensors="pt")["input_ids"]
            texts.append(model.generate(ids, max_new_tokens=8, do_sample=False, pad_token_id=0))
        assert torch.equal(*texts)
    # input and output rows are one table, once for each of the two
    table = serving["one"][0].get_output_embeddings().weight
    assert serving["one"][0].get_input_embeddings().weight.data_ptr() == table.data_ptr()
    assert serving.bytes == weight(first) + table.nbytes


def test_a_member_replaced_meanwhile_is_said(three, tmp_path):
    add(tmp_path / "models", {"a": three["eng"], "b": three["swh"]})
    opened = Hydra(tmp_path / "models")
    add(tmp_path / "models", {"a": three["gpt"], "b": three["gpt"]})
    with pytest.raises(BadFile, match="open it again"):
        member(opened, name="a")
    with pytest.raises(BadFile, match="open it again"):
        Serving(opened)["a"]
    assert member(Hydra(tmp_path / "models"), name="a").fingerprint() == three["gpt"].fingerprint()


def test_tensors_of_one_address_are_not_taken_for_each_other(three, tmp_path):
    add(tmp_path / "models", {"a": three["eng"]})
    serving = Serving(Hydra(tmp_path / "models"), device="meta")
    made = [serving._there(torch.full((500, 300), float(k))) for k in range(20)]
    assert len({id(one) for one in made}) == 20
