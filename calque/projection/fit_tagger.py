"""Fits a hidden Markov model to tags that were projected, gaps and all.

Source: Chopra 2024, "Zero Resource Cross-Lingual Part Of Speech Tagging", section 3,
https://arxiv.org/abs/2401.05727; the guess by a word's end follows Brants 2000, "TnT: A Statistical
Part-of-Speech Tagger", section 2.3, https://aclanthology.org/A00-1031
"""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from calque.errors import BadSetting, BadValue
from calque.languages.words import folded
from calque.maths.tagging import tag_posteriors
from calque.roles import part
from calque.values import Labelled, Tagger

_RARE = 10  # words seen at most so often tell what unknown words are like, as in TnT


@part(paper="zero-resource-pos-hmm")
def fit_tagger(
    examples: Labelled,
    *,
    smoothing: float = 0.1,
    ending: int = 4,
    least: float = 0.0,
    rounds: int = 0,
) -> Tagger:
    """Count which tag follows which and which words a tag has; `projection.tag` applies it.

    A word without a tag, such as one that no link reaches, is a gap: nothing is counted at it, neither the
    word nor the steps to and from it. Its tag is not taken for nothing.

    examples:  tags, parse or slots, with null for missing tags
    smoothing: added to every count (Lidstone), above 0; more trusts counts less
    ending:    characters at the end of an unknown word that tell its tag, as ends of words seen ten times
               or less do; 0 takes all unknown words alike, as the paper does
    least:     share in [0, 1] of its words that must have a tag for a sentence to count
    rounds:    of expectation maximization after counting, in which gaps have the tags that the model
               expects there; needed for words that never got a tag, such as articles that the other language lacks
    """
    if smoothing <= 0 or ending < 0 or rounds < 0:
        raise BadSetting(
            "projection.fit_tagger: smoothing must be above 0, ending and rounds at least 0, "
            f"got {smoothing}, {ending} and {rounds}"
        )
    if not 0 <= least <= 1:
        raise BadSetting(f"projection.fit_tagger: least must lie in [0, 1], got {least}")
    corpus = _read(examples, least)
    counts = _counted(corpus)
    model = _model(corpus, counts, smoothing, ending)
    for _ in range(rounds):
        emission = model(corpus.words)[corpus.word]
        tagged = corpus.tag >= 0
        emission[tagged] = np.eye(len(corpus.tags))[corpus.tag[tagged]]
        found, steps = tag_posteriors(model.start, model.steps, emission, corpus.sizes)
        counts = _Counts(found[corpus.first].sum(axis=0), steps, _summed(corpus, found))
        model = _model(corpus, counts, smoothing, ending)
    return model


@dataclass
class _Corpus:
    """Words of all sentences one after the other.

    word, tag: [n]  places in `words` and `tags`, -1 where there is no tag
    sizes:     [s]  words of each sentence, none empty
    """

    word: np.ndarray
    tag: np.ndarray
    sizes: np.ndarray
    words: list[str]
    tags: tuple[str, ...]

    @property
    def first(self) -> np.ndarray:
        """[s] first word of each sentence."""
        return np.cumsum(self.sizes) - self.sizes


@dataclass
class _Counts:
    """How often a tag began a sentence [t], followed another [t, t], and had a word [w, t]."""

    start: np.ndarray
    steps: np.ndarray
    words: np.ndarray


def _read(examples: Labelled, least: float) -> _Corpus:
    if "tags" not in examples.table.column_names:
        raise BadValue(
            f"projection.fit_tagger: examples of task '{examples.task}' have no tags of words"
        )
    table = examples.table.filter(pc.call_function("is_valid", [examples.table["tags"]]))
    columns = [table[name].combine_chunks() for name in ("words", "tags")]
    sizes = columns[0].value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    coded = [column.flatten().dictionary_encode() for column in columns]
    word = coded[0].indices.to_numpy()
    tag = coded[1].indices.fill_null(-1).to_numpy()
    ends = np.cumsum(sizes)
    tagged = np.append(0, np.cumsum(tag >= 0))
    share = (tagged[ends] - tagged[ends - sizes]) / np.maximum(sizes, 1)
    kept = (sizes > 0) & (share >= least)
    inside = np.repeat(kept, sizes)
    if not (tag[inside] >= 0).any():
        raise BadValue(
            f"projection.fit_tagger: none of {len(examples)} examples has a tag"
            + (f" in {least:.0%} of its words; lower `least`" if least and len(share) else "")
        )
    folds = [folded(word) for word in coded[0].dictionary.to_pylist()]
    # as objects: strings of NumPy's own lose NULs at their end
    forms, of_form = np.unique(np.array(folds, dtype=object), return_inverse=True)
    names = np.array(coded[1].dictionary.to_pylist(), dtype=object)
    tags, of_tag = np.unique(names, return_inverse=True)
    tag = np.where(tag >= 0, np.append(of_tag, -1)[tag], -1)
    return _Corpus(
        of_form[word][inside], tag[inside], sizes[kept], forms.tolist(), tuple(tags.tolist())
    )


def _counted(corpus: _Corpus) -> _Counts:
    """Counts of what has a tag."""
    t = len(corpus.tags)
    first = corpus.tag[corpus.first]
    follows = np.ones(len(corpus.tag), dtype=bool)
    follows[corpus.first] = False
    follows[1:] &= (corpus.tag[1:] >= 0) & (corpus.tag[:-1] >= 0)
    here = np.flatnonzero(follows)
    steps = np.bincount(corpus.tag[here - 1] * t + corpus.tag[here], minlength=t * t)
    held = np.zeros((len(corpus.tag), t))
    held[corpus.tag >= 0] = np.eye(t)[corpus.tag[corpus.tag >= 0]]
    return _Counts(
        np.bincount(first[first >= 0], minlength=t), steps.reshape(t, t), _summed(corpus, held)
    )


def _summed(corpus: _Corpus, held: np.ndarray) -> np.ndarray:
    """[w, t] sums over the words of what each holds [n, t]."""
    columns = [np.bincount(corpus.word, column, len(corpus.words)) for column in held.T]
    return np.stack(columns, axis=1)


def _model(corpus: _Corpus, counts: _Counts, smoothing: float, ending: int) -> Tagger:
    t = len(corpus.tags)
    known = counts.words.sum(axis=1) > 0
    seen = counts.words[known]
    total = seen.sum(axis=0)
    # one word more than there are: the unknown
    below = total + smoothing * (len(seen) + 1)
    words = [word for word, is_known in zip(corpus.words, known.tolist(), strict=True) if is_known]
    endings, unknown = [""], (smoothing / below)[None]
    if ending:
        endings, unknown = _by_ending(words, seen, ending)
    return Tagger(
        corpus.tags,
        (counts.start + smoothing) / (counts.start.sum() + smoothing * t),
        (counts.steps + smoothing) / (counts.steps.sum(axis=1, keepdims=True) + smoothing * t),
        tuple(words),
        (seen + smoothing) / below,
        tuple(endings),
        unknown,
    )


def _by_ending(words: list[str], counts: np.ndarray, longest: int) -> tuple[list[str], np.ndarray]:
    """Ends of rare words, and how much likelier than elsewhere each tag is with each [e, t].

    The share of a tag among words with an end is mixed with that of the end that is a character shorter, as
    if that had been seen once more.
    """
    rare = np.flatnonzero(counts.sum(axis=1) <= _RARE)
    share = (counts.sum(axis=0) + 1 / counts.shape[1]) / (counts.sum() + 1)
    endings, rows, place = [""], [_mixed(counts[rare].sum(axis=0), share)], {"": 0}
    for length in range(1, longest + 1):
        some = [k for k in rare.tolist() if len(words[k]) >= length]
        ends = [words[k][-length:] for k in some]
        names, of_word = np.unique(np.array(ends, dtype=object), return_inverse=True)
        sums = np.stack([np.bincount(of_word, c, len(names)) for c in counts[some].T], axis=1)
        shorter = [place[name[1:]] for name in names]
        before = np.concatenate([row.reshape(-1, counts.shape[1]) for row in rows])
        place |= {name: len(endings) + k for k, name in enumerate(names)}
        endings += names.tolist()
        rows.append(_mixed(sums, before[shorter]))
    return endings, np.concatenate([row.reshape(-1, counts.shape[1]) for row in rows]) / share


def _mixed(counts: np.ndarray, shorter: np.ndarray) -> np.ndarray:
    return (counts + shorter) / (counts.sum(axis=-1, keepdims=True) + 1)
