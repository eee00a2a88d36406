"""Mixers on a planted clone: the one right old piece of each new one is known.

A tiny model learns to guess hidden words of a language. Its clone says the same in other letters, but
shares three of ten words; half of the sentences of its text are in the first text. A lexicon holds half
of the other words. CLP-Transfer has a still smaller model of the clone.
"""

from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from calque import synthetic
from calque.models.batches import collate, encode
from calque.models.folder import open_model, open_tokenizer, save
from calque.models.masked import masked
from calque.models.piece_rows import piece_rows
from calque.models.swap import swap
from calque.models.tokens import vocabulary_of
from calque.objectives.random_mask import random_mask
from calque.spaces.procrustes import procrustes
from calque.values import Checkpoint, Lexicon, Texts, Vocabulary
from calque.vocabulary.clp import clp
from calque.vocabulary.focus import focus
from calque.vocabulary.ofa import ofa
from calque.vocabulary.piece_vectors import piece_vectors
from calque.vocabulary.static_pieces import static_pieces
from calque.vocabulary.static_vectors import static_vectors
from calque.vocabulary.surface import surface
from calque.vocabulary.wechsel import wechsel
from calque.workspace import fresh, working_in

SENTENCES, HELD_OUT = 700, 80
SPECIAL = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
LEARNING = {"masker": random_mask, "tokens": 1024, "learning_rate": 3e-3}


@pytest.fixture(scope="module", autouse=True)
def _results_below_the_test(tmp_path_factory):
    torch.set_num_threads(1)
    with working_in(tmp_path_factory.mktemp("clones")):
        yield


@cache
def texts() -> tuple[Texts, Texts, Texts, dict[str, str]]:
    """Text of the language, of the clone, more of the clone, and what each word of the clone stands for."""
    family = synthetic.family(seed=0).clone("qaa")
    clone = family.languages[-1]
    pairs = list(family.bitext("qaa", clone, SENTENCES // 2 * 3 + HELD_OUT))
    words = sorted({word for source, _ in pairs for word in source.split()})
    kept = set(np.random.default_rng(0).choice(words, int(0.3 * len(words)), replace=False))
    truth: dict[str, str] = {}
    sides: tuple[list[str], list[str]] = [], []
    for pair in pairs:
        source, target = (text.split() for text in pair)
        target = [s if s in kept else t for s, t in zip(source, target, strict=True)]
        truth.update(zip(target, source, strict=True))
        sides[0].append(" ".join(source))
        sides[1].append(" ".join(target))
    first, half = sides[0][:SENTENCES], SENTENCES // 2
    return (
        Texts.of(first, "qaa", tokenized=True),
        Texts.of(sides[1][half:-HELD_OUT], clone, tokenized=True),
        Texts.of(sides[1][-HELD_OUT:], clone, tokenized=True),
        truth,
    )


def whole_words(text: Texts) -> Vocabulary:
    """Every word of a text is a piece."""
    words = sorted({word for line in text for word in line.split()})
    index = {piece: k for k, piece in enumerate([*SPECIAL.values(), *words])}
    cutter = Tokenizer(models.WordLevel(index, unk_token="[UNK]"))
    cutter.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    cutter.add_special_tokens(list(SPECIAL.values()))
    cutter.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return Vocabulary(cutter.to_str(), SPECIAL)


@cache
def learned(side: int, width: int, layers: int, epochs: int) -> Checkpoint:
    """A model of the language (0) or the clone (1), from nothing."""
    words = whole_words(texts()[side])
    roles = {f"{role}_token": piece for role, piece in SPECIAL.items()}
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words.fast, model_max_length=64, **roles
    )
    torch.manual_seed(side)
    model = transformers.BertForMaskedLM(
        transformers.BertConfig(
            vocab_size=len(words),
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=2 * width,
            max_position_embeddings=64,
            initializer_range=0.1,
        )
    )
    begun = save(model, tokenizer, fresh("begun"))
    return masked(begun, texts()[side], epochs=epochs, **LEARNING)


@cache
def mixtures():
    """A mixture of each kind, and the words of the lexicon."""
    source, target, _, truth = texts()
    old, new = vocabulary_of(open_tokenizer(base())), whole_words(target)
    sides = [static_vectors(text, lowercase=False, width=64) for text in (source, target)]
    own = sorted(word for word, one in truth.items() if word != one)
    taught = set(own[::2]) | {word for word, one in truth.items() if word == one}
    lexicon = Lexicon.of([(truth[word], word, 1.0) for word in sorted(taught)])
    turn = procrustes(*sides, lexicon)
    both = piece_vectors(old, turn(sides[0])), piece_vectors(new, sides[1])
    return {
        "wechsel": wechsel(old, new, *both),
        "ofa": ofa(old, new, *both),
        "focus": focus(old, new, static_pieces(new, target, least=2, width=64)),
        "clp": clp(old, new, piece_rows(learned(1, 16, 1, 10))),
        "shared": surface(old, new),
    }, taught


def base() -> Checkpoint:
    return learned(0, 32, 1, 12)


@cache
def swapped(name: str, noise: float = 0.0) -> Checkpoint:
    made = mixtures()[0][name]
    return swap(base(), whole_words(texts()[1]), made, noise=noise)


def loss(checkpoint: Checkpoint) -> float:
    """Of guessing hidden words of the clone's other text; the same words hidden for all."""
    model, tokenizer = open_model(checkpoint, "masked"), open_tokenizer(checkpoint)
    windows = encode(tokenizer, list(texts()[2]), maximum=64)
    inputs = collate(windows, np.arange(len(windows)))
    ids = inputs["input_ids"]
    hidden = (ids >= len(SPECIAL)) & (torch.arange(ids.numel()).reshape(ids.shape) % 5 == 0)
    with torch.inference_mode():
        shown = inputs | {"input_ids": ids.masked_fill(hidden, tokenizer.mask_token_id)}
        return float(F.cross_entropy(model(**shown).logits[hidden], ids[hidden]))


def test_most_new_pieces_find_the_right_old_one():
    """Words that no lexicon holds: by chance less than one of a hundred."""
    made, taught = mixtures()
    truth = texts()[3]
    for name in ("wechsel", "ofa"):
        mixture = made[name]
        asked = [
            piece
            for piece, known in zip(mixture.new, mixture.known, strict=True)
            if known and piece in truth and piece not in taught and truth[piece] in mixture.old
        ]
        right = np.mean([mixture.origins(piece)[0][0] == truth[piece] for piece in asked])
        assert len(asked) > 50 and right > 0.15, (name, len(asked), right)


def test_the_loss_right_after_the_swap():
    """Every mixer is far better than rows drawn at random and than their mean; shared rows are in all."""
    drawn, mean = loss(swapped("shared", 1.0)), loss(swapped("shared"))
    found = {name: loss(swapped(name)) for name in ("wechsel", "ofa", "focus", "clp")}
    assert max(found.values()) < min(drawn, mean) - 0.3, (found, drawn, mean)


def test_the_loss_while_learning_goes_on():
    """After each of two epochs rows mixed by CLP-Transfer and WECHSEL are ahead of drawn ones."""
    curves = {}
    for name, noise in (("clp", 0.0), ("wechsel", 0.0), ("shared", 1.0)):
        model, curves[name] = swapped(name, noise), []
        for _ in range(2):
            model = masked(model, texts()[1], epochs=1, **LEARNING)
            curves[name].append(loss(model))
    for name in ("clp", "wechsel"):
        assert (np.array(curves[name]) < np.array(curves["shared"]) - 0.3).all(), curves
