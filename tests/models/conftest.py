"""Tiny random models of five families and of a decoder, with tokenizers made on the spot."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tokenizers import (
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from tokenizers import models as cutters

from calque.models import folder as opening
from calque.values import Bitext, Checkpoint

SENTENCES = [
    "the cat sees the small dog in the house",
    "a dog runs to the river and the cat runs home",
    "der kleine Hund sieht die Katze im Haus",
    "paka mdogo anaona mbwa nyumbani",
    "маленькая собака видит кошку в доме",
    "الكلب الصغير يرى القطة في البيت",
    "小さい犬は家で猫を見る",
    "one two three four five six seven eight nine ten",
]
HIDDEN, LAYERS, LONGEST = 32, 3, 40


def cut_up(begin: str, inside: str) -> list[str]:
    """Characters, short words, and beginnings and ends of long ones, by hand.

    The trainers of WordPiece and Unigram draw another vocabulary in every process.
    """
    words = sorted({word for sentence in SENTENCES for word in sentence.lower().split()})
    letters = sorted({letter for word in words for letter in word})
    pieces = [mark + letter for letter in letters for mark in (begin, inside)]
    pieces += [begin + word[:5] for word in words] + [inside + word[5:] for word in words]
    return list(dict.fromkeys(piece for piece in pieces if piece not in (begin, inside)))


def wordpiece() -> tuple[Tokenizer, dict[str, str], dict]:
    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    pieces = [*special.values(), *cut_up("", "##")]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    cutter = Tokenizer(cutters.WordPiece(vocabulary, unk_token="[UNK]"))
    cutter.add_special_tokens(list(special.values()))
    cutter.normalizer = normalizers.BertNormalizer(lowercase=True)
    cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cutter.decoder = decoders.WordPiece()
    _brackets(cutter, "[CLS]", "[SEP]", second=1)
    return cutter, special, {"types": True}


def unigram() -> tuple[Tokenizer, dict[str, str], dict]:
    special = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}
    pieces = [*special.values(), "▁", *cut_up("▁", "")]
    # the longest piece wins: a split costs more than any piece
    scored = [(piece, -10.0 + 0.1 * len(piece)) for piece in pieces]
    cutter = Tokenizer(cutters.Unigram(scored, unk_id=3))
    cutter.add_special_tokens(list(special.values()))
    cutter.normalizer = normalizers.NFKC()
    cutter.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    cutter.decoder = decoders.Metaspace()
    _brackets(cutter, "<s>", "</s>", second=0, between="</s> </s>")
    return cutter, special | {"cls": "<s>", "sep": "</s>"}, {"types": False}


def byte_level() -> tuple[Tokenizer, dict[str, str], dict]:
    special = {"unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "mask": "[MASK]"}
    cutter = Tokenizer(cutters.BPE())
    cutter.normalizer = normalizers.NFC()
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cutter.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=list(special.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    cutter.train_from_iterator(SENTENCES, trainer)
    _brackets(cutter, "[CLS]", "[SEP]", second=0)
    return cutter, special, {"types": False}


def bare_bytes() -> tuple[Tokenizer, dict[str, str], dict]:
    """As GPT-2 has it: nothing is put around a text, and there is no piece to pad with."""
    cutter, _, facts = byte_level()
    cutter.post_processor = processors.ByteLevel(trim_offsets=False)
    return cutter, {"bos": "[CLS]", "eos": "[SEP]", "unk": "[UNK]"}, facts


def _brackets(
    cutter: Tokenizer, first: str, last: str, *, second: int, between: str | None = None
) -> None:
    cutter.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {between or last} $B:{second} {last}:{second}",
        special_tokens=[(piece, cutter.token_to_id(piece)) for piece in (first, last)],
    )


# name -> tokenizer, model type, further settings of its configuration
FAMILIES: dict[str, tuple[Callable, str, dict]] = {
    "bert": (wordpiece, "bert", {"max_position_embeddings": LONGEST}),
    "xlmr": (unigram, "xlm-roberta", {"max_position_embeddings": LONGEST + 2}),
    "distilbert": (
        wordpiece,
        "distilbert",
        {"dim": HIDDEN, "n_layers": LAYERS, "n_heads": 2, "hidden_dim": 48},
    ),
    "deberta": (
        unigram,
        "deberta-v2",
        {
            "relative_attention": True,
            "position_buckets": 8,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_biased_input": False,
            "type_vocab_size": 0,
            "max_position_embeddings": LONGEST,
        },
    ),
    "modernbert": (
        byte_level,
        "modernbert",
        {"max_position_embeddings": LONGEST, "local_attention": 8, "reference_compile": False},
    ),
    "gpt2": (
        bare_bytes,
        "gpt2",
        {"n_embd": HIDDEN, "n_layer": LAYERS, "n_head": 2, "n_positions": LONGEST},
    ),
    "untied": (
        wordpiece,
        "bert",
        {"tie_word_embeddings": False, "max_position_embeddings": LONGEST},
    ),
}
ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Checkpoint]:
    """tiny("bert"), tiny("bert", "masked"), tiny("gpt2", "causal"): made once per session."""
    torch.set_num_threads(1)

    @cache
    def make(name: str, kind: str = "encoder") -> Checkpoint:
        return build(name, kind, tmp_path_factory.mktemp(f"tiny-{name}-{kind}"))

    return make


@pytest.fixture(scope="session")
def drawn() -> Callable[[int], Bitext]:
    """drawn(60): pairs of random words of seven languages, most of them of several pieces."""
    words = sorted({word for sentence in SENTENCES for word in sentence.split()})

    def side(generator: np.random.Generator) -> str:
        return " ".join(generator.choice(words, generator.integers(1, 12)))

    def draw(count: int) -> Bitext:
        generator = np.random.default_rng(0)
        rows = [(side(generator), side(generator)) for _ in range(count)]
        return Bitext.of(rows, tokenized=True)

    return draw


def build(name: str, kind: str, folder: Path) -> Checkpoint:
    """Write a random model of a family, with its tokenizer."""
    train, model_type, settings = FAMILIES[name]
    cutter, special, facts = train()
    roles = {f"{role}_token": piece for role, piece in special.items()}
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * (
        facts["types"] and model_type == "bert"
    )
    longest = settings.get("max_position_embeddings", LONGEST) - 2 * (name == "xlmr")
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter, model_max_length=longest, model_input_names=names, **roles
    )
    common = {"hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 2}
    common |= {"intermediate_size": 48, "vocab_size": len(tokenizer)}
    ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in special}
    ids = {"bos_token_id": None, "eos_token_id": None} | ids
    ids.pop("unk_token_id", None), ids.pop("mask_token_id", None)
    config = transformers.AutoConfig.for_model(model_type, **(common | ids | settings))
    torch.manual_seed(7)
    model = getattr(transformers, opening.KINDS[kind]).from_config(config)
    with torch.no_grad():  # what starts at zero or one would hide mistakes
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return opening.save(model, tokenizer, folder)
