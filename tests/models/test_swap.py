import json

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from scipy import sparse
from tokenizers import Tokenizer, pre_tokenizers, trainers
from tokenizers import models as cutters

from calque.errors import BadFile, BadValue
from calque.models.folder import KINDS, open_model, open_tokenizer, quiet, save
from calque.models.load import load
from calque.models.swap import swap
from calque.models.tokens import wrap
from calque.models.vocabulary import vocabulary
from calque.values import Checkpoint, Mixture, Vocabulary
from calque.vocabulary.grams import grams
from calque.workspace import working_in

MODELS = [
    ("bert", "masked"),
    ("untied", "masked"),
    ("xlmr", "masked"),
    ("distilbert", "masked"),
    ("deberta", "masked"),
    ("modernbert", "masked"),
    ("gpt2", "causal"),
    ("bert", "encoder"),
    ("xlmr", "encoder"),
    ("xlmr", "tags"),
    ("modernbert", "class"),
]
TEXTS = ["the cat sees", "小さい犬 и кошку", "x"]


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def outputs(checkpoint, kind):
    """First output of plain transformers, with the folder's own tokenizer."""
    with quiet():
        model = getattr(transformers, KINDS[kind]).from_pretrained(checkpoint.folder).eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint.folder)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    batch = tokenizer(TEXTS, ["a dog"] * 3, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**batch)[0].float().numpy()


def identity(words):
    return Mixture(sparse.identity(len(words), format="csr"), words.pieces, words.pieces)


def permuted(words, order):
    """The same tokenizer with id `order[i]` in place of i."""
    state = json.loads(words.tokenizer)
    cutter = state["model"]
    if cutter["type"] == "Unigram":
        cutter["vocab"] = [cutter["vocab"][i] for i in np.argsort(order)]
        cutter["unk_id"] = int(order[cutter["unk_id"]])
    else:
        cutter["vocab"] = {piece: int(order[i]) for piece, i in cutter["vocab"].items()}
    for token in state["added_tokens"]:
        token["id"] = int(order[token["id"]])
    state["added_tokens"].sort(key=lambda token: token["id"])
    state["post_processor"] = None  # what stands where comes from the old tokenizer
    return Vocabulary(json.dumps(state), words.special)


@pytest.mark.parametrize(("name", "kind"), MODELS)
def test_the_identity_changes_no_bit(tiny, name, kind):
    old = tiny(name, kind)
    words = vocabulary(old)
    new = swap(old, words, identity(words))
    before, after = load_file(old.weights[0]), load_file(new.weights[0])
    assert before.keys() == after.keys()
    for key, tensor in before.items():
        assert torch.equal(tensor, after[key]), key
    np.testing.assert_array_equal(outputs(new, kind), outputs(old, kind))


@pytest.mark.parametrize(("name", "kind"), MODELS)
def test_other_ids_give_the_same_outputs(tiny, name, kind):
    old = tiny(name, kind)
    words = vocabulary(old)
    count = len(words)
    order = np.random.default_rng(0).permutation(count)
    other = permuted(words, order)
    moves = sparse.csr_matrix((np.ones(count), (order, np.arange(count))), (count, count))
    new = swap(old, other, Mixture(moves, other.pieces, words.pieces))
    found, expected = outputs(new, kind), outputs(old, kind)
    if kind in ("masked", "causal"):
        found = found[..., order]
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.fixture(scope="module")
def small():
    """A new vocabulary of another kind, with no template and no roles beyond cls, sep, pad, unk."""
    special = {"unk": "<?>", "pad": "<.>", "cls": "<(>", "sep": "<)>"}
    cutter = Tokenizer(cutters.BPE(unk_token="<?>"))
    cutter.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=60, special_tokens=list(special.values()), show_progress=False
    )
    cutter.train_from_iterator(["paka anaona mbwa nyumbani", "mbwa mdogo anaona paka"], trainer)
    return Vocabulary(cutter.to_str(), special)


@pytest.mark.parametrize(
    ("name", "kind"), [("bert", "masked"), ("xlmr", "masked"), ("untied", "masked")]
)
def test_rows_are_mixed_and_the_rest_is_copied(tiny, small, name, kind):
    old = tiny(name, kind)
    words = vocabulary(old)
    matrix = sparse.lil_matrix((len(small), len(words)))
    matrix[10, 20], matrix[10, 21] = 0.25, 0.75
    matrix[11, 22] = 1
    new = swap(old, small, Mixture(matrix.tocsr(), small.pieces, words.pieces))
    before, after = load_file(old.weights[0]), load_file(new.weights[0])
    tables = {key for key, tensor in before.items() if len(tensor) == len(words)}
    # transformers 4 ties the output's two biases even where the rows are not tied
    assert len(tables) in ((3, 4) if name == "untied" else (2,))
    for key in before:
        rows, mixed = before[key].double(), after[key].double()
        if key not in tables:
            assert torch.equal(before[key], after[key]), key
            continue
        assert len(mixed) == len(small)
        torch.testing.assert_close(mixed[10], 0.25 * rows[20] + 0.75 * rows[21], atol=1e-6, rtol=0)
        assert torch.equal(mixed[11], rows[22])
        torch.testing.assert_close(mixed[30], rows.mean(dim=0), atol=1e-6, rtol=0)
        for role in ("pad", "unk", "cls", "sep"):  # of which the mixture says nothing
            assert torch.equal(mixed[small.special_id(role)], rows[words.special_id(role)])


def test_special_pieces_stand_where_the_old_ones_stood(tiny, small):
    unknown = sparse.csr_matrix((len(small), len(vocabulary(tiny("xlmr")))))
    new = swap(tiny("xlmr"), small, Mixture(unknown, small.pieces, vocabulary(tiny("xlmr")).pieces))
    with quiet():
        tokenizer = transformers.AutoTokenizer.from_pretrained(new.folder)
    cut = tokenizer("paka", "mbwa")
    found = tokenizer.convert_ids_to_tokens(cut["input_ids"])
    assert found == ["<(>", "paka", "<)>", "<)>", "mbwa", "<)>"]
    assert "token_type_ids" not in cut
    assert tokenizer.model_max_length == 40
    assert new.config["vocab_size"] == len(small)
    ids = {role: small.special_id(role) for role in ("pad", "cls", "sep")}
    assert new.config["pad_token_id"] == ids["pad"]
    assert (new.config["bos_token_id"], new.config["eos_token_id"]) == (ids["cls"], ids["sep"])
    assert outputs(new, "encoder").shape[-1] == 32


def test_segments_are_kept_where_the_model_knows_them(tiny, small):
    words = vocabulary(tiny("bert"))
    unknown = sparse.csr_matrix((len(small), len(words)))
    new = swap(tiny("bert"), small, Mixture(unknown, small.pieces, words.pieces))
    cut = open_tokenizer(new)("paka", "mbwa")
    assert cut["token_type_ids"] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("says", "kind"), [("BertModel", "masked"), ("BertForMaskedLM", "encoder")]
)
def test_tables_are_found_when_config_and_weights_name_another_class(tiny, tmp_path, says, kind):
    for path in tiny("bert", kind).folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text()) | {"architectures": [says]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    old = Checkpoint(tmp_path)
    words = vocabulary(old)
    count = len(words)
    order = np.random.default_rng(0).permutation(count)
    other = permuted(words, order)
    moves = sparse.csr_matrix((np.ones(count), (order, np.arange(count))), (count, count))
    new = swap(old, other, Mixture(moves, other.pieces, words.pieces))
    found, expected = outputs(new, kind), outputs(old, kind)
    found = found[..., order] if kind == "masked" else found
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_models_of_many_files_and_half_precision_keep_both(tiny, tmp_path):
    model = open_model(tiny("bert", "masked"), "masked").to(torch.bfloat16)
    save(model, open_tokenizer(tiny("bert")), tmp_path)
    tensors = load_file(tmp_path / "model.safetensors")
    (tmp_path / "model.safetensors").unlink()
    shards = [sorted(tensors)[:20], sorted(tensors)[20:]]
    where = {}
    for number, keys in enumerate(shards, start=1):
        file = f"model-0000{number}-of-00002.safetensors"
        save_file({key: tensors[key] for key in keys}, tmp_path / file, metadata={"format": "pt"})
        where |= dict.fromkeys(keys, file)
    index = {"metadata": {"total_size": 1}, "weight_map": where}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    old = load(tmp_path)
    words = vocabulary(old)
    new = swap(old, words, identity(words))
    assert [path.name for path in new.weights] == [path.name for path in old.weights]
    for mine, its in zip(new.weights, old.weights, strict=True):
        after, before = load_file(mine), load_file(its)
        assert all(torch.equal(after[key], before[key]) for key in before)
        assert all(after[key].dtype == before[key].dtype for key in before)
    np.testing.assert_array_equal(outputs(new, "masked"), outputs(old, "masked"))


def test_ids_of_generation_are_translated(tiny, small, tmp_path):
    for path in tiny("gpt2", "causal").folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    words = vocabulary(Checkpoint(tmp_path))
    settings = {"bos_token_id": 1, "eos_token_id": [2, 300], "forced_eos_token_id": 2, "top_k": 4}
    (tmp_path / "generation_config.json").write_text(json.dumps(settings))
    unknown = sparse.csr_matrix((len(small), len(words)))
    new = swap(Checkpoint(tmp_path), small, Mixture(unknown, small.pieces, words.pieces))
    assert json.loads((new.folder / "generation_config.json").read_text()) == {
        "bos_token_id": small.special_id("cls"),
        "eos_token_id": [small.special_id("sep")] * 2,
        "forced_eos_token_id": small.special_id("sep"),
        "top_k": 4,
    }
    assert open_tokenizer(new)("paka")["input_ids"] == small.fast.encode("paka").ids


def test_mistakes_are_told(tiny, small):
    words = vocabulary(tiny("bert"))
    with pytest.raises(
        BadValue, match=f"mixture's 37 old pieces are not the {len(words)} of the checkpoint"
    ):
        swap(tiny("bert"), small, Mixture(sparse.identity(37), small.pieces, small.pieces))
    with pytest.raises(
        BadValue, match=f"mixture's {len(words)} new pieces are not the 37 of the vocabulary"
    ):
        swap(tiny("bert"), small, identity(words))
    bare = Vocabulary(small.tokenizer, {"pad": "<.>"})
    unknown = Mixture(sparse.csr_matrix((37, len(words))), small.pieces, words.pieces)
    with pytest.raises(BadValue, match=r"puts \[CLS\] \(cls\) around every text; name a piece"):
        swap(tiny("bert"), bare, unknown)


def test_a_tokenizer_larger_than_the_weights_is_told(tiny, tmp_path):
    for path in tiny("bert").folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tokenizer = open_tokenizer(tiny("bert"))
    tokenizer.add_tokens(["zebra"])
    tokenizer.save_pretrained(tmp_path)
    words = vocabulary(Checkpoint(tmp_path))
    with pytest.raises(
        BadFile, match=f"has {len(words) - 1} rows, the tokenizer {len(words)} pieces"
    ):
        swap(Checkpoint(tmp_path), words, identity(words))


def test_rows_follow_their_spelling(tiny):
    """Pieces of which the mixture knows nothing come near those spelled alike."""
    old = tiny("bert", "masked")
    words = vocabulary(old)
    spelling = grams(words, shortest=1, longest=2, shared=2)
    matrix = identity(words).matrix.tolil()
    unknown = words.pieces.index("##ouse") if "##ouse" in words.pieces else len(words) - 3
    matrix[unknown] = 0
    mixture = Mixture(matrix.tocsr(), words.pieces, words.pieces)
    plain_swap, spelled = swap(old, words, mixture), swap(old, words, mixture, spelling)
    name = "bert.embeddings.word_embeddings.weight"
    before = load_file(old.weights[0])[name]
    after, mean = (load_file(c.weights[0])[name] for c in (spelled, plain_swap))
    matrix = torch.from_numpy(spelling.matrix.toarray()).float()
    known = torch.from_numpy(spelling.known)
    # every row with grams is the sum of its grams' vectors, up to one vector that all share
    rest = after[known] - after[known].mean(0)
    basis = matrix[known] - matrix[known].mean(0)
    assert torch.linalg.matrix_rank(basis) < known.sum() - 1  # or else any rows would fit
    fit = basis @ torch.linalg.lstsq(basis, rest, driver="gelsd").solution
    assert (fit - rest).abs().max() < 1e-4
    assert not torch.equal(after[unknown], mean[unknown])
    special = [i for i, k in enumerate(spelling.known) if not k]
    assert torch.equal(after[special], before[special])


def test_grams_of_another_vocabulary_are_refused(tiny):
    old = tiny("bert")
    words = vocabulary(old)
    other = Mixture(sparse.csr_matrix((1, 1)), ("x",), ("x",))
    with pytest.raises(BadValue, match="another vocabulary"):
        swap(old, words, identity(words), other)


def test_padding_of_the_old_tokenizer_is_no_layout(tiny):
    old = tiny("bert")
    words = vocabulary(old)
    tokenizer = open_tokenizer(old)
    tokenizer.backend_tokenizer.enable_padding(length=30)
    tokenizer.backend_tokenizer.enable_truncation(30)
    made = wrap(words, tokenizer, ["input_ids", "attention_mask"])
    wanted = [words.pieces.index(piece) for piece in ("[CLS]", "[SEP]")]
    found = made("the cat")["input_ids"]
    assert [found[0], found[-1]] == wanted and len(found) < 10
    assert tokenizer.backend_tokenizer.padding is not None  # as it was
