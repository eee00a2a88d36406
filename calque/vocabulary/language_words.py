"""Words by language, from texts: what a judge of languages is fitted to."""

from collections import Counter

from calque.errors import BadValue
from calque.languages.cutting import cut
from calque.roles import part
from calque.values import Lexicon, Texts


@part
def language_words(texts: list[Texts]) -> Lexicon:
    """Count the words of texts by the language of the texts, which stands as the target.

    `vocabulary.origins` fits a classifier to them that tells languages apart, for
    `evaluation.off_target` for example. Words without a letter are left out.

    texts: of two languages or more, named by their `language`; one language may have several
    """
    languages = list(dict.fromkeys(one.language for one in texts))
    if len(languages) < 2:
        raise BadValue(f"vocabulary.language_words: needs texts of two languages, got {languages}")
    counts: Counter[tuple[str, str]] = Counter()
    for one in texts:
        for text in one:
            found = (word.text for word in cut(text, one.language, tokenized=one.tokenized))
            counts.update((w, one.language) for w in found if any(map(str.isalpha, w)))
    rows = [(word, language, float(count)) for (word, language), count in sorted(counts.items())]
    return Lexicon.of(rows, "mul", "und")
