"""One planted language in three scripts, and a tiny random encoder whose pieces are its words."""

from dataclasses import dataclass

import numpy as np
from planted_encoders import Planted, encoder

from calque.evaluation.retrieval import retrieval
from calque.models.sentences import sentences
from calque.values import Bitext, Checkpoint, Labelled

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = str.maketrans(LETTERS, "абцдефгхийклмнопярстувжшыз")
GREEK = str.maketrans(LETTERS, "αβκδεφγηιξωλμνοπθρστυψςχΨζ")


@dataclass(frozen=True)
class Scripts:
    """A language that two communities write each in its own script, romanized alike.

    bitext: other sentences in either script, with their romanization
    unseen: the same sentences in both scripts
    unseen_latin: these romanized, both sides alike
    """

    bitext: Bitext
    unseen: Bitext
    unseen_latin: Bitext

    def labelled(self, task: str, table: dict[int, str], count: int, seed: int) -> Labelled:
        """New sentences in one script: every word has one of three tags; the commonest is the label."""
        known = sorted({word for text in self.bitext.targets for word in text.split()})
        kinds = {word: f"K{k % 3}" for k, word in enumerate(known)}
        generator, rows = np.random.default_rng(seed), []
        for _ in range(count):
            words = generator.choice(known, generator.integers(4, 9)).tolist()
            tags = [kinds[word] for word in words]
            written = [word.translate(table) for word in words]
            label = max(sorted(set(tags)), key=tags.count)
            rows.append({"words": written, "tags": tags, "text": " ".join(written), "label": label})
        names = {"tags": ("words", "tags"), "class": ("text", "label")}[task]
        return Labelled.of([{name: row[name] for name in names} for row in rows], task)

    def encoder(self, folder, kind: str = "encoder") -> Checkpoint:
        """Random, and knowing the words of every script."""
        return encoder(Planted(self.bitext, [], self.unseen, []), folder, kind)

    def found(self, checkpoint: Checkpoint, layer: int = 1) -> float:
        """Share of unseen sentences whose neighbor in the other script is the same sentence."""
        sides = (self.unseen.sources, self.unseen.targets)
        vectors = [sentences(checkpoint, side, layer=layer) for side in sides]
        return retrieval(*vectors, boot=10).value

    def alike(self, checkpoint: Checkpoint, layer: int = 1) -> float:
        """Mean cosine of a sentence and its romanization."""
        pairs = self.bitext.take(range(60))
        one, other = (
            sentences(checkpoint, s, layer=layer, normalize=True)
            for s in (pairs.sources, pairs.targets)
        )
        return float((one * other).sum(1).mean())


def scripts(count: int, words: int = 40, seed: int = 0) -> Scripts:
    """`count` sentences, half in Cyrillic and half in Greek letters, and 60 unseen ones in both."""
    generator = np.random.default_rng(seed)
    known: list[str] = []
    while len(known) < words:
        word = "".join(generator.choice(list(LETTERS), generator.integers(3, 7)))
        known += [word] * (word not in known)
    drawn = [" ".join(generator.choice(known, generator.integers(4, 9))) for _ in range(count + 60)]
    tables = (CYRILLIC, GREEK)
    learned = [(text.translate(tables[n % 2]), text) for n, text in enumerate(drawn[60:])]
    unseen = [(text.translate(CYRILLIC), text.translate(GREEK)) for text in drawn[:60]]
    latin = [(text, text) for text in drawn[:60]]
    return Scripts(*(Bitext.of(pairs, tokenized=True) for pairs in (learned, unseen, latin)))
