"""Word embeddings and word links learned together from sentence pairs alone; no encoder.

Source: Wu et al. 2022, "MirrorAlign: A Super Lightweight Unsupervised Word Alignment Model via
Cross-Lingual Contrastive Learning", abstract, https://aclanthology.org/2022.iwslt-1.8
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from scipy import sparse
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from calque.errors import BadSetting
from calque.languages.words import folded, words_of
from calque.maths.sparse import softmax
from calque.models.pair_losses import ways_of
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.whole import named_by
from calque.roles import aligner
from calque.values import Bitext, Links, Texts

_BATCH = 1024  # words of both sides at most: the cost of telling them apart is their square
_STEPS = 100  # at least, for small corpora
_TEMPERATURE = 0.1  # of attention and contrast: cosines lie in [-1, 1]
_ROWS = 1 << 16  # sentences whose random vectors are held at once


@aligner(paper="wu-etal-2022-mirroralign")
def mirror_align(
    bitext: Bitext,
    *,
    width: int = 128,
    epochs: int = 3,
    learning_rate: float = 5e-3,
    agreement: float = 3.0,
    above: float = 0.4,
    seed: int = 0,
) -> list[Links]:
    """Learn a vector per word, so that words attend to their translations in the other side.

    One grid of cosines / 0.1 gives attention both ways, a softmax over either side. A word's true
    companions, the words of the other side of its pair, are to tell it from all words of the batch:
    the mean of their softmaxes is made great at the right word. Built after the published abstract;
    this form of the contrast is ours, and so is the beginning: a word's vector is the sum of random
    vectors of its sentences, so that the cosine of two words is, but for noise of 1 / sqrt(width),
    the share of sentences that they have in common. From random vectors it learns too, but worse.

    bitext:    the pairs to be linked are those learned from; words are compared in lower case and
               composed form (NFC). Places of words do not count, as in IBM model 1
    width:     of the vectors; they are all that is learned. Large corpora deserve more
    epochs:    of batches of some 1000 words; but 100 steps at least
    agreement: weight of the squared difference of both directions' attention, per word; 0 leaves
               them free to differ
    above:     words are linked where the geometric mean of both attentions is above, which is the
               score. Higher gives fewer and surer links
    seed:      of the vectors at the beginning and of the order of batches

    One result per pair, also where a side is empty. Swapping the sides transposes the
    links, but for rounding.
    """
    if width < 1 or epochs < 1 or not 0 <= agreement < np.inf or not 0 <= above < 1:
        raise BadSetting(
            "models.mirror_align: width and epochs must be at least 1, agreement not negative, "
            "above in [0, 1)"
        )
    sides = [_numbered(texts, bitext.tokenized) for texts in (bitext.sources, bitext.targets)]
    begun = [occurrences(side, width, seed) for side in sides]
    model = _Embeddings(begun[0], begun[1], agreement)
    lengths = np.array([[len(row) for row in side] for side in sides], dtype=np.int64)
    rows = np.flatnonzero(lengths.all(axis=0))
    if len(rows):

        def make(places: np.ndarray, generator: np.random.Generator) -> list[torch.Tensor]:
            return [_padded([side[row] for row in rows[places]]) for side in sides]

        batches = shuffled(lengths[:, rows].sum(axis=0), make, tokens=_BATCH)
        train(
            model,
            [Stream("mirror", batches, _loss)],
            steps=max(_STEPS, epochs * len(batches(0, seed))),
            learning_rate=learning_rate,
            weight_decay=0.0,
            seed=seed,
            name=named_by("mirror_align", bitext, width, epochs, learning_rate, agreement, seed),
        )
    first, second = (
        F.normalize(side.weight.detach(), dim=1).cpu().numpy() for side in model.sides()
    )
    made = []
    for x, y in zip(*sides, strict=True):
        cosines = first[x] @ second[y].T / _TEMPERATURE
        score = np.sqrt(softmax(cosines, axis=1) * softmax(cosines, axis=0))
        made.append(Links.from_grid(score > above, score))
    return made


def _loss(model: Any, batch: list[torch.Tensor]) -> torch.Tensor:
    return model.loss(batch)


def occurrences(rows: Sequence[np.ndarray], width: int, seed: int) -> np.ndarray:
    """Vectors of length 1 whose cosines say how many of their rows two words share, [words, width].

    The cosine nears shared / sqrt(one's rows x other's rows), also between calls of the same seed:
    that is how words of both sides compare.
    """
    words = np.concatenate([*rows, np.zeros(0, dtype=np.int64)])
    where = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    count = int(words.max(initial=0)) + 1
    once: Any = sparse.csc_matrix(
        (np.ones(len(words), np.float32), (words, where)), (count, len(rows))
    )
    once.data[:] = 1  # twice in a row counts once
    generator = np.random.default_rng(seed)
    made = np.zeros((count, width), dtype=np.float32)
    for start in range(0, len(rows), _ROWS):
        some = once[:, start : start + _ROWS]
        made += some @ generator.standard_normal((some.shape[1], width), dtype=np.float32)
    return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)


class _Embeddings(nn.Module):
    def __init__(self, source: np.ndarray, target: np.ndarray, agreement: float):
        super().__init__()
        self.source, self.target = (
            nn.Embedding.from_pretrained(torch.from_numpy(side), freeze=False)
            for side in (source, target)
        )
        self.agreement = agreement

    def sides(self) -> tuple[nn.Embedding, nn.Embedding]:
        return self.source, self.target

    def losses(self, batch: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """How badly words are told by their companions, and how far both attentions are apart."""
        first, second = (
            F.normalize(side(ids.clamp_min(0)), dim=-1)
            for side, ids in zip(self.sides(), batch, strict=True)
        )
        x_inside, y_inside = (ids >= 0 for ids in batch)
        cosines = torch.bmm(first, second.mT)
        told = _told(cosines, first, x_inside, second, y_inside)
        told = told + _told(cosines.mT, second, y_inside, first, x_inside)
        to_target, to_source = ways_of(cosines / _TEMPERATURE, (x_inside, y_inside))
        words = x_inside.sum(1) + y_inside.sum(1)
        apart = (to_target - to_source).square().sum((1, 2)) / words
        return told / 2, apart.mean()

    def loss(self, batch: list[torch.Tensor]) -> torch.Tensor:
        told, apart = self.losses(batch)
        return told + self.agreement * apart


def _told(
    cosines: torch.Tensor,
    words: torch.Tensor,
    inside: torch.Tensor,
    others: torch.Tensor,
    others_inside: torch.Tensor,
) -> torch.Tensor:
    """Mean -log of the probability of each word, by the words of the other side of its pair.

    Each of these spreads a softmax over the words of the batch, as often as they occur; what is
    taken is their mean. Only what sets a pair apart counts, since a word that is like all of them
    gives none of them much.

    cosines: [b, m, n]; words, others: [b, m, d] and [b, n, d], of length 1
    """
    all_words = words[inside]
    spread = (others @ all_words.T / _TEMPERATURE).logsumexp(-1)  # [b, n]
    told = cosines / _TEMPERATURE - spread[:, None, :]
    told = told.masked_fill(~others_inside[:, None, :], torch.finfo(told.dtype).min).logsumexp(2)
    told = told - others_inside.sum(1)[:, None].log()
    return -told[inside].mean()


def _numbered(texts: Texts, tokenized: bool) -> list[np.ndarray]:
    """Words as numbers from 0, in the order in which they come."""
    known: dict[str, int] = {}
    return [
        np.array(
            [known.setdefault(folded(word), len(known)) for word in words_of(text, tokenized)],
            dtype=np.int64,
        )
        for text in texts
    ]


def _padded(rows: list[np.ndarray]) -> torch.Tensor:
    return pad_sequence(list(map(torch.from_numpy, rows)), batch_first=True, padding_value=-1)
