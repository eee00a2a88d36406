"""Trains a Unigram tokenizer on target text.

Source: Kudo 2018, "Subword Regularization", section 3.2, https://arxiv.org/abs/1804.10959
"""

import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.reading import SPECIAL, alphabet, finished, plain

_STEP = 1e-4  # by which the trainer lets letters that it would rather drop differ


@part
def unigram(
    texts: Texts, *, size: int = 5000, longest: int = 16, lowercase: bool = False
) -> Vocabulary:
    """Train a Unigram tokenizer: the pieces by which the texts are most probable.

    Text is composed (NFC), never stripped of its marks: in many scripts they are vowels; what was read
    comes back by decoding, up to NFC, with any white space, and ▁, as a space. All characters of the
    texts, and ASCII letters and digits, are pieces; others are unknown.

    texts:     of the target language
    size:      number of pieces, the five special ones included; fewer if the text has fewer, more if
               it has more characters
    longest:   characters of a piece
    lowercase: read everything in lower case, as an uncased source model does
    """
    if size < 200 or longest < 1:
        raise BadSetting(
            f"vocabulary.unigram: size must be at least 200 and longest 1, got {size} and {longest}"
        )
    if not any(text.strip() for text in texts):
        raise BadValue("vocabulary.unigram: the texts are empty; nothing to learn pieces from")
    read = normalizers.Sequence([normalizers.Replace(Regex(r"\s"), " "), plain(lowercase)])
    cut = pre_tokenizers.Metaspace(BEGINS, "never")
    letters = {letter for text in texts for letter in read.normalize_str(text)}
    letters = letters - {" "} | {BEGINS}
    wanted = letters | set(alphabet(read))
    learner = Tokenizer(models.Unigram())
    learner.normalizer, learner.pre_tokenizer = read, cut
    trainer = trainers.UnigramTrainer(
        vocab_size=max(size - len(SPECIAL) - len(wanted - letters), len(letters) + 1),
        max_piece_length=longest,
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer, length=len(texts))
    learned = dict(json.loads(learner.to_str())["model"]["vocab"])
    pieces = _ordered(learned, wanted)
    scored = [(piece, 0.0) for piece in SPECIAL.values()] + pieces
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=1, byte_fallback=False))
    tokenizer.normalizer, tokenizer.pre_tokenizer = read, cut
    tokenizer.decoder = decoders.Sequence(
        [decoders.Metaspace(BEGINS, "never"), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return finished(tokenizer)


def _ordered(learned: dict[str, float], letters: set[str]) -> list[tuple[str, float]]:
    """Pieces from the most probable to the least, in the same order every time.

    The trainer walks hash maps: from call to call sums differ in their last digits, and letters that
    it keeps only because it must take turns in getting slightly different scores.
    """
    rare = min(learned.values())
    among = rare + _STEP * (len(letters) + 1)
    scores = {
        piece: rare if len(piece) == 1 and score < among else score
        for piece, score in learned.items()
        if piece not in SPECIAL.values()
    }
    scores |= {letter: rare for letter in letters if letter not in scores}
    rounded = [(piece, round(score, 6)) for piece, score in scores.items()]
    return sorted(rounded, key=lambda pair: (-pair[1], pair[0]))
