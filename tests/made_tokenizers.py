"""Small tokenizers of the kinds that models have, trained on the spot: BERT, XLM-R, GPT-2, Llama."""

import json
from collections.abc import Callable, Sequence
from functools import cache, wraps

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from calque.values import Vocabulary


def _once(make: Callable[..., Vocabulary]) -> Callable[..., Vocabulary]:
    """Train on the same lines only once: the tokenizer is not changed by whoever uses it."""
    kept = cache(lambda texts, settings: make(texts, **dict(settings)))

    @wraps(make)
    def made(texts: Sequence[str], size: int, **settings) -> Vocabulary:
        return kept(tuple(texts), (("size", size), *settings.items()))

    return made


@_once
def bert(texts: Sequence[str], size: int, lowercase: bool = True) -> Vocabulary:
    """WordPiece, special pieces first, [CLS] and [SEP] around."""
    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(special.values()), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    ids = [(piece, tokenizer.token_to_id(piece)) for piece in ("[SEP]", "[CLS]")]
    tokenizer.post_processor = processors.BertProcessing(*ids)
    return Vocabulary(tokenizer.to_str(), special)


@_once
def xlmr(texts: Sequence[str], size: int) -> Vocabulary:
    """Unigram with its mask piece behind the model, as an added token that takes the space before it."""
    special = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>"}
    special |= {"cls": "<s>", "sep": "</s>"}
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(piece, tokenizer.token_to_id(piece)) for piece in ("<s>", "</s>")],
    )
    return Vocabulary(tokenizer.to_str(), special | {"mask": "<mask>"})


@_once
def gpt2(texts: Sequence[str], size: int) -> Vocabulary:
    """Byte-level BPE with one special piece, at the end and behind the model."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return Vocabulary(tokenizer.to_str(), {"eos": "<|endoftext|>", "bos": "<|endoftext|>"})


@_once
def llama(texts: Sequence[str], size: int) -> Vocabulary:
    """BPE over whole lines, spaces as ▁, unknown characters in bytes."""
    special = {"unk": "<unk>", "bos": "<s>", "eos": "</s>"}
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace()
    spelled = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[*special.values(), *spelled],
        limit_alphabet=60,
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer)
    vocab = learner.get_vocab(with_added_tokens=True)
    merges = Vocabulary(learner.to_str(), {}).fast.to_str()
    model = models.BPE(vocab, _pairs(merges), unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1),
        ]
    )
    tokenizer.add_special_tokens(list(special.values()))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A",
        pair="<s> $A <s>:1 $B:1",
        special_tokens=[("<s>", tokenizer.token_to_id("<s>"))],
    )
    return Vocabulary(tokenizer.to_str(), special)


def _pairs(state: str) -> list[tuple[str, str]]:
    return [(left, right) for left, right in json.loads(state)["model"]["merges"]]


KINDS = {"bert": bert, "xlmr": xlmr, "gpt2": gpt2, "llama": llama}
