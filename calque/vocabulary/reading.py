"""What new vocabularies have in common: how they read text, and their special pieces."""

import string

from tokenizers import Tokenizer, normalizers, processors
from tokenizers.normalizers import Normalizer

from calque.values import Vocabulary

SPECIAL = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}


def normalizer(lowercase: bool) -> Normalizer:
    """NFC, never stripped of marks: in many scripts they are vowels."""
    return normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(strip_accents=False, lowercase=lowercase)]
    )


def plain(lowercase: bool) -> Normalizer:
    """NFC and nothing else taken away; a space comes in front, so that every word begins with one.

    Metaspace and ByteLevel could put it there too, but not before text that begins with one: it would
    be lost in decoding.
    """
    steps = [normalizers.NFC(), *([normalizers.Lowercase()] if lowercase else [])]
    return normalizers.Sequence([*steps, normalizers.Prepend(" ")])


def alphabet(read: Normalizer) -> list[str]:
    """ASCII letters and digits as they are read: with them any name can be spelled."""
    return sorted(set(read.normalize_str(string.ascii_letters + string.digits)) - {" "})


def finished(tokenizer: Tokenizer) -> Vocabulary:
    """The tokenizer as a vocabulary, special pieces around each text as BERT has them."""
    tokenizer.add_special_tokens(list(SPECIAL.values()))
    cls, sep = SPECIAL["cls"], SPECIAL["sep"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}",
        pair=f"{cls} $A {sep} $B:1 {sep}:1",
        special_tokens=[(piece, tokenizer.token_to_id(piece)) for piece in (cls, sep)],
    )
    return Vocabulary(tokenizer.to_str(), dict(SPECIAL))
