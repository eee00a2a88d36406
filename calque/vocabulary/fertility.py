"""How finely a tokenizer cuts text."""

from calque.languages.words import words_of
from calque.roles import part
from calque.values import Table, Texts, Vocabulary


@part
def fertility(vocabulary: Vocabulary, texts: Texts) -> Table:
    """Measure pieces per word, characters per piece and the share of unknown pieces, as one row.

    Words are those of `calque.languages.words`; a word without pieces counts as a word.
    """
    sentences = [words_of(text, texts.tokenized) for text in texts]
    cut = vocabulary.encode_words(sentences)
    words = sum(len(sentence) for sentence in sentences)
    pieces = [piece for sentence in cut for word in sentence for piece in word]
    unknown = vocabulary.special_id("unk")
    characters = sum(len(word) for sentence in sentences for word in sentence)
    return Table(
        (
            {
                "words": words,
                "pieces": len(pieces),
                "pieces_per_word": len(pieces) / words if words else 0.0,
                "characters_per_piece": characters / len(pieces) if pieces else 0.0,
                "unknown": pieces.count(unknown) / len(pieces) if pieces else 0.0,  # type: ignore[arg-type]
            },
        )
    )
