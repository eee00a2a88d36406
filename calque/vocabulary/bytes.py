"""Bytes as pieces: a tokenizer that was trained on nothing and knows every script.

Source: Xue et al. 2022, "ByT5", section 3.1, https://arxiv.org/abs/2105.13626 (byte models);
the visible names of bytes are those of GPT-2
"""

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from calque.roles import part
from calque.values import Vocabulary
from calque.values.marks import byte_letters
from calque.vocabulary.reading import SPECIAL, finished

# a word takes the white space before it along, so that a text of words is the text it came from
_WORDS = r"\s?\S+|\s+(?!\S)|\s"


@part
def bytes() -> Vocabulary:
    """Make a vocabulary of the 256 bytes of UTF-8 and five special pieces; any text comes back as it was.

    Text is not normalized. Words are what white space parts, the space before a word included;
    scripts that write none have a word per sentence. The special pieces come first, so that byte b
    has the id b + 5.
    """
    special = list(SPECIAL.values())
    known = {piece: number for number, piece in enumerate([*special, *byte_letters()])}
    tokenizer = Tokenizer(models.BPE(known, [], unk_token=SPECIAL["unk"]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return finished(tokenizer)
