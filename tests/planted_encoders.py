"""Parallel text of a synthetic family with its gold links, and tiny random encoders that know its words."""

from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from calque.evaluation.aer import aer
from calque.models.folder import KINDS, save
from calque.synthetic.naming import family
from calque.values import Bitext, Checkpoint, Links

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@dataclass(frozen=True)
class Planted:
    """Pairs to learn from, and others to be measured on, with their gold links."""

    bitext: Bitext
    links: list[Links]
    unseen: Bitext
    gold: list[Links]

    def aer(self, found: list[Links]) -> float:
        """Of links of the unseen pairs, in [0, 1]."""
        return aer(found, self.gold, boot=10).value


def planted(count: int, **settings) -> Planted:
    """`count` pairs of small languages in one script, and 60 more."""
    small = family(
        languages=2, tree="star", scripts="Latn", morphology="isolating", concepts=40, topics=2,
        **settings,
    )  # fmt: skip
    sides = small.languages
    both, gold = small.bitext(*sides, count + 60), small.links(*sides, count + 60)
    rows = list(range(count + 60))
    return Planted(both.take(rows[60:]), gold[60:], both.take(rows[:60]), gold[:60])


def encoder(
    world: Planted, folder: Path, kind: str = "encoder", width: int = 32, heads: int = 2
) -> Checkpoint:
    """A random BERT of two layers whose pieces are the words of both languages."""
    words = sorted(
        {
            w
            for part in (world.bitext, world.unseen)
            for pair in part
            for t in pair
            for w in t.split()
        }
    )
    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, *words])}
    cutter = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    cutter.add_special_tokens(SPECIAL)
    cutter.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    cutter.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter,
        model_max_length=64,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{f"{role}_token": piece for role, piece in names.items()},
    )
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=width, num_hidden_layers=2, num_attention_heads=heads,
        intermediate_size=2 * width, max_position_embeddings=64, initializer_range=0.1,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=0,
    )  # fmt: skip
    torch.manual_seed(0)
    return save(getattr(transformers, KINDS[kind]).from_config(config), tokenizer, folder)
