"""Translations that somebody made already, found by what they translate."""

from collections import defaultdict

from calque.roles import translator
from calque.translated import view_of
from calque.values import Bitext, Texts, View


@translator
def precomputed(texts: Texts, pairs: Bitext) -> View:
    """Look every text up among sentence pairs that hold it as source.

    Of a source that stands in several pairs the first text takes the first translation, the next one the
    next, from the start again where there are too few: texts of which each has its own line take their
    own. What is not found, or found without a translation, is empty, and column `trouble` says so.
    Spaces around and runs of them make no difference.

    pairs: for a file of which line i translates text i, those of `data.pairs`, which refuses a file with
           more or fewer lines
    """
    found = defaultdict(list)
    for source, target in pairs:
        found[" ".join(source.split())].append(target)
    taken: dict[str, int] = defaultdict(int)
    answers, troubles = [], []
    for text in texts:
        key = " ".join(text.split())
        choices = found.get(key, [])
        answers.append(choices[taken[key] % len(choices)] if choices and key else "")
        troubles.append("" if choices or not key else "not among the pairs")
        taken[key] += 1
    return view_of("projection.precomputed", texts, answers, pairs.target, troubles)
