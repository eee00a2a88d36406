"""Trains a tokenizer on target text."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.normalizers import Normalizer

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.vocabulary.reading import SPECIAL, alphabet, finished, normalizer

_LONGEST_WORD = 200  # scripts without spaces: a clause is one word to the pre-tokenizer


@part
def train(texts: Texts, *, size: int = 5000, lowercase: bool = True) -> Vocabulary:
    """Train a WordPiece tokenizer whose pieces are frequent parts of the words of `texts`.

    Text is composed (NFC), never stripped of its marks: in many scripts they are vowels. ASCII
    letters and digits are always among the pieces, so that any name can be spelled.

    texts:     of the target language
    size:      number of pieces, the five special ones included; fewer if the text has fewer
    lowercase: read everything in lower case, as an uncased source model does
    """
    if size < 200:
        raise BadSetting(f"vocabulary.train: size must be at least 200, got {size}")
    if not any(text.strip() for text in texts):
        raise BadValue("vocabulary.train: the texts are empty; nothing to learn pieces from")
    read = normalizer(lowercase)
    tokenizer = _wordpiece(texts, read, size)
    tokenizer.normalizer = read
    return finished(tokenizer)


def _wordpiece(texts: Texts, read: Normalizer, size: int) -> Tokenizer:
    cut = pre_tokenizers.BertPreTokenizer()
    # the trainer numbers continuing characters in the order of a hash map, which changes from call
    # to call and with it the order of equal merges; named beforehand they keep one order
    letters = alphabet(read)
    inner = set(letters) | {
        char
        for text in texts
        for word, _ in cut.pre_tokenize_str(read.normalize_str(text))
        for char in word[1:]
    }
    known = [*SPECIAL.values(), *(f"##{char}" for char in sorted(inner))]
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=known, initial_alphabet=letters, show_progress=False
    )
    trained = Tokenizer(_wordpiece_model({}))
    trained.normalizer, trained.pre_tokenizer = read, cut
    trained.train_from_iterator(texts, trainer, length=len(texts))
    # a fresh tokenizer, in which those characters are ordinary pieces again
    tokenizer = Tokenizer(_wordpiece_model(trained.get_vocab()))
    tokenizer.pre_tokenizer = cut
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def _wordpiece_model(vocabulary: dict[str, int]) -> models.WordPiece:
    return models.WordPiece(
        vocabulary, unk_token=SPECIAL["unk"], max_input_chars_per_word=_LONGEST_WORD
    )
