"""Trains a tokenizer of byte pairs on target text.

Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2;
Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units",
https://arxiv.org/abs/1508.07909
"""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.vocabulary.reading import SPECIAL, finished, plain

_LEAST = 256 + len(SPECIAL)


@part
def byte_pairs(texts: Texts, *, size: int = 5000, lowercase: bool = False) -> Vocabulary:
    """Train byte-level BPE: the most frequent pair of neighbors becomes a piece, again and again.

    All 256 bytes are pieces, so nothing is ever unknown, and any text comes back by decoding, up to
    NFC. Text is never stripped of its marks: in many scripts they are vowels.

    texts:     of the target language
    size:      number of pieces, the five special ones and the bytes included; fewer if no pair occurs
               twice any more
    lowercase: read everything in lower case, as an uncased source model does
    """
    if size < _LEAST:
        raise BadSetting(f"vocabulary.byte_pairs: size must be at least {_LEAST}, got {size}")
    if not any(text.strip() for text in texts):
        raise BadValue("vocabulary.byte_pairs: the texts are empty; nothing to learn pieces from")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = plain(lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=list(SPECIAL.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    return finished(tokenizer)
