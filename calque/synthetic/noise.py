"""What goes wrong in real data, in known amounts and never in the meanings.

Each kind draws from a stream of its own: the same family without it gives the clean data.
"""

from dataclasses import replace

import numpy as np

from calque.synthetic.grammar import UNIT
from calque.synthetic.sentences import Sentences

CONTENT = ("person", "thing", "place", "verb", "adjective", "adverb")


def misspell(sentences: Sentences, share: float, random: np.random.Generator) -> Sentences:
    """Double, drop or swap characters in a share of the words; signs stay as they are."""
    if share == 0:
        return sentences
    words = list(sentences.spelling)
    draws = random.random((len(words), 3))
    wrong = (draws[:, 0] < share) & ~np.array(sentences.signs, bool)
    for i in np.flatnonzero(wrong).tolist():
        words[i] = slip(words[i], draws[i, 1], draws[i, 2])
    return sentences.misspelt(words)


def slip(word: str, kind: float, where: float) -> str:
    """The word with a character doubled, dropped or exchanged with the next."""
    place = int(where * len(word))
    if kind < 1 / 3 and len(word) > 1:
        return word[:place] + word[place + 1 :]
    after = word[place + 1 : place + 2]
    if kind < 2 / 3 and after and after != word[place]:
        return word[:place] + after + word[place] + word[place + 2 :]
    return word[:place] + word[place] + word[place:]


def drop(sentences: Sentences, share: float, random: np.random.Generator) -> Sentences:
    """Leave out a share of the words; verbs and signs stay, so that no sentence is empty."""
    if share == 0:
        return sentences
    gone = random.random(sentences.concepts.shape) < share
    gone[:, [UNIT["verb"], UNIT["stop"]]] = False
    return replace(sentences, concepts=np.where(gone, -1, sentences.concepts))


def render_freely(sentences: Sentences, share: float, random: np.random.Generator) -> Sentences:
    """Put another word of the same category for a share of the content words; it translates nothing."""
    if share == 0:
        return sentences
    world, concepts = sentences.world, sentences.concepts.copy()
    chosen = (random.random(concepts.shape) < share) & world.members(*CONTENT)[concepts]
    steps = random.random(concepts.shape)
    for category in CONTENT:
        start, size = world.starts[category], world.sizes[category]
        rows = chosen & world.members(category)[concepts]
        step = 1 + (steps[rows] * (size - 1)).astype(int)
        concepts[rows] = (concepts[rows] - start + step) % size + start
    return replace(sentences, concepts=concepts, loose=sentences.loose | chosen)


def misalign(n: int, share: float, random: np.random.Generator) -> np.ndarray:
    """[n] which target stands beside each source: its own, or for a share of them the next one's."""
    own = np.arange(n)
    wrong = random.random(n) < share
    return np.where(wrong, (own + 1) % max(n, 1), own)


def mislabel(
    labels: np.ndarray, kinds: int, share: float, random: np.random.Generator
) -> np.ndarray:
    """[n] labels of 0 to kinds - 1, a share of which is another one, each equally often."""
    draws = random.random((len(labels), 2))
    moved = (labels + 1 + (draws[:, 1] * (kinds - 1)).astype(int)) % kinds
    return np.where(draws[:, 0] < share, moved, labels)
