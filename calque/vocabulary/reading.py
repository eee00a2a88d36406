"""How new vocabularies read text: composed, marks kept, by choice in lower case."""

import string

from tokenizers import normalizers
from tokenizers.normalizers import Normalizer


def normalizer(lowercase: bool) -> Normalizer:
    """NFC, never stripped of marks: in many scripts they are vowels."""
    return normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(strip_accents=False, lowercase=lowercase)]
    )


def alphabet(read: Normalizer) -> list[str]:
    """ASCII letters and digits as they are read: with them any name can be spelled."""
    return sorted(set(read.normalize_str(string.ascii_letters + string.digits)))
