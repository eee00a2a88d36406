"""A vocabulary of whole words, and of the substrings that several words share.

Source: ours. Character n-grams of words as in Bojanowski et al. 2017, "Enriching Word Vectors with
Subword Information", section 3.2, https://arxiv.org/abs/1607.04606, are made to fit a tokenizer:
each piece stands for the n-grams inside it (`vocabulary.grams`), and cutting loses few of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from calque.errors import BadSetting, BadValue
from calque.maths.cutting import worth
from calque.roles import part
from calque.values import Texts, Vocabulary
from calque.values.marks import BEGINS
from calque.vocabulary.reading import SPECIAL, alphabet, finished, normalizer


@part
def words(
    texts: Texts, *, shared: int = 3, longest: int = 12, lowercase: bool = True
) -> Vocabulary:
    """Make every word of `texts` a piece, and every substring that `shared` of the words have.

    A word that was seen is one piece. Another is cut into known pieces so that the sum of their
    squared lengths is greatest: few long pieces, wherever in the word they stand. That is what
    words without training text need, whose stems are known with other endings and prefixes.

    For small texts, whose words can all be kept: 2,000 sentences make 35,000 to 50,000 pieces.
    Text is composed (NFC), never stripped of its marks. ASCII letters and digits are always pieces.

    texts:     of all languages that the model is to read
    shared:    in how many different words a substring must occur
    longest:   characters of a substring; words of up to three times as many are kept whole
    lowercase: read everything in lower case, as an uncased source model does
    """
    if shared < 1 or longest < 2:
        raise BadSetting(
            f"vocabulary.words: shared must be at least 1 and longest 2, got {shared} and {longest}"
        )
    read = normalizer(lowercase)
    # split=False: a word that holds the mark itself stays one word
    cut = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Metaspace(BEGINS, "always", False)]
    )
    found: Counter[str] = Counter()
    for text in texts:
        found.update(word for word, _ in cut.pre_tokenize_str(read.normalize_str(text)))
    if not found:
        raise BadValue("vocabulary.words: the texts are empty; nothing to learn pieces from")
    pieces = sorted(_pieces(found, alphabet(read), shared, longest) - set(SPECIAL.values()))
    scored = [(piece, 0.0) for piece in SPECIAL.values()]
    scored += [(piece, worth(piece)) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=1, byte_fallback=False))
    tokenizer.normalizer, tokenizer.pre_tokenizer = read, cut
    tokenizer.decoder = decoders.Metaspace(BEGINS, "always", False)
    return finished(tokenizer)


def _pieces(words: Iterable[str], letters: Iterable[str], shared: int, longest: int) -> set[str]:
    counts: Counter[str] = Counter()
    pieces = {BEGINS}
    for word in words:
        counts.update(set(_substrings(word, longest)))
        pieces.update(word)  # single characters, so that nothing is unknown
        if len(word.removeprefix(BEGINS)) <= 3 * longest:
            pieces.add(word)
    for letter in letters:
        pieces |= {letter, BEGINS + letter}
    return pieces | {piece for piece, count in counts.items() if count >= shared}


def _substrings(word: str, longest: int) -> Iterator[str]:
    """Of up to `longest` characters, the mark of the word's beginning not counted."""
    for start in range(len(word)):
        most = longest + word[start].startswith(BEGINS)
        for end in range(start + 1, min(len(word), start + most) + 1):
            yield word[start:end]
