"""Articles, prepositions and conjunctions that are written together with the word after them.

Found by what they leave: most of what begins with Arabic ال is a word of the text without it, while
few words that begin with English "re" are. The rule is ours; it needs no more than a list of words.
"""

from collections import Counter
from collections.abc import Collection, Set

_REST = 3  # characters that must be left: shorter words are found by chance
_LEAST, _SHARE_OF_TYPES = 15, 0.004  # words, or share of all words, that must be left


def proclitics_of(words: Collection[str], *, longest: int, share: float) -> list[str]:
    """Beginnings of at most `longest` characters that words of a text also stand without, sorted.

    words: distinct words as they are compared (`folded`)
    share: of the words that begin so, how many must be words of the text without the beginning
    """
    known = frozenset(words)
    begun, left = Counter[str](), Counter[str]()
    for word in known:
        for size in range(1, min(longest, len(word) - _REST) + 1):
            begun[word[:size]] += 1
            left[word[:size]] += word[size:] in known
    least = max(_LEAST, _SHARE_OF_TYPES * len(known))
    return sorted(p for p, count in left.items() if count >= least and count >= share * begun[p])


def without_proclitics(word: str, proclitics: Set[str], known: Set[str]) -> str:
    """The word without the proclitics before it, as long as a known word is left; the longest first."""
    sizes = sorted({len(proclitic) for proclitic in proclitics}, reverse=True)
    while True:
        rests = (word[n:] for n in sizes if len(word) - n >= _REST and word[:n] in proclitics)
        rest = next((rest for rest in rests if rest in known), None)
        if rest is None:
            return word
        word = rest
