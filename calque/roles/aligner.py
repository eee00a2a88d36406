"""aligner: Bitext -> Links each. Links the words of every sentence pair."""

import numpy as np

from calque.roles.base import Role
from calque.values import Bitext, Links

_WORDS = {"one": "uno", "two": "due", "red": "rosso", "cat": "gatto", "sees": "vede", "and": "e"}


def example(seed: int) -> tuple[Bitext]:
    """Forty word-for-word pairs in shuffled order, one of them empty."""
    generator = np.random.default_rng(seed)
    pairs = [("", "")]
    for _ in range(40):
        words = generator.choice(list(_WORDS), size=generator.integers(1, 6), replace=False)
        others = generator.permutation([_WORDS[word] for word in words])
        pairs.append((" ".join(words), " ".join(others)))
    return (Bitext.of(pairs, "eng", "ita", tokenized=True),)


def links_every_pair(part, bitext):
    """One result per sentence pair, of the size of its words."""
    links = part(bitext)
    assert len(links) == len(bitext)
    for (source, target), linked in zip(bitext, links, strict=True):
        assert linked.size == (len(source.split()), len(target.split()))


def is_deterministic(part, bitext):
    """The same bitext gives the same links."""
    for one, other in zip(part(bitext), part(bitext), strict=True):
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_array_equal(one.score, other.score)


def takes_nothing(part, bitext):
    """An empty bitext gives no links and no error."""
    assert part(bitext.take([])) == []


def beats_the_diagonal(part, bitext):
    """On word-for-word text in shuffled order most of the best-scored links are true."""
    right = total = 0
    for (source, target), linked in zip(bitext, part(bitext), strict=True):
        first, second = source.split(), target.split()
        scores = linked.scores()
        for j in range(len(second)):
            if scores[:, j].any():
                total += 1
                right += _WORDS[first[int(scores[:, j].argmax())]] == second[j]
    assert right >= 0.8 * total > 0


aligner = Role(
    "aligner",
    takes=("bitext",),
    gives=list[Links],
    about="Links the words of every sentence pair.",
    example=example,
    laws=(links_every_pair, is_deterministic, takes_nothing, beats_the_diagonal),
)
