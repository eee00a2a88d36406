"""A lexicon read off word links."""

from collections import defaultdict

from calque.errors import BadSetting, BadValue
from calque.languages.words import words_of
from calque.roles import part
from calque.values import Bitext, Lexicon, Links


@part
def lexicon(
    bitext: Bitext,
    links: list[Links],
    *,
    least: float = 1.0,
    best: int = 5,
    reverse: bool = False,
) -> Lexicon:
    """Collect the pairs of linked words, in lower case, weighted by the sum of their scores.

    bitext: sentence pairs; links: per pair, over the words of `calque.languages.words`
    least:  pairs that gather less weight are dropped
    best:   translations kept per word, heaviest first
    reverse: from words of the target to those of the source, as translation into the source needs
    """
    if len(links) != len(bitext):
        raise BadValue(f"wordalign.lexicon: {len(bitext)} pairs, but links for {len(links)}")
    if best < 1 or least < 0:
        raise BadSetting("wordalign.lexicon: best must be at least 1, least not negative")
    weight: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    first, second = (1, 0) if reverse else (0, 1)
    for (source, target), linked in zip(bitext, links, strict=True):
        texts = (words_of(text, bitext.tokenized) for text in (source, target))
        sides = [[word.lower() for word in words] for words in texts]
        for pair, score in zip(linked.pairs.tolist(), linked.score.tolist(), strict=True):
            weight[sides[first][pair[first]]][sides[second][pair[second]]] += score
    entries = []
    for word in sorted(weight):
        pairs = sorted(weight[word].items(), key=lambda pair: (-pair[1], pair[0]))[:best]
        entries += [(word, other, mass) for other, mass in pairs if mass >= max(least, 1e-9)]
    languages = bitext.source, bitext.target
    return Lexicon.of(entries, languages[first], languages[second])
