"""A classifier of pairs that sees overlap and length alone, no word.

Source: Artetxe, Labaka and Agirre 2020, "Translation Artifacts in Cross-lingual Transfer Learning",
section 5, https://arxiv.org/abs/2004.04721
"""

import numpy as np
from scipy import sparse

from calque.errors import BadSetting, BadValue
from calque.evaluation.overlap import features, pair_words
from calque.maths.logistic import fit_logistic
from calque.maths.sparse import softmax
from calque.roles import part
from calque.values import Labelled, Predictions

_BANDS = 10  # of a feature's range; within one a feature counts the same


@part(paper="translation-artifacts")
def overlap_probe(train: Labelled, examples: Labelled, *, strength: float = 1.0) -> Predictions:
    """Predict labels of pairs from the overlap and lengths of their texts, after training on other pairs.

    What it scores over the commonest label is what overlap gives away. Trained on originals and tested on
    texts whose sides were translated apart it falls; trained on such texts it does not.

    train:    pairs with labels; those without are left out
    examples: pairs to be predicted, in any language
    strength: of the data against the prior that all labels are alike, above 0
    """
    if strength <= 0:
        raise BadSetting(f"evaluation.overlap_probe: strength must be above 0, got {strength}")
    labels = train.labels
    if not labels:
        raise BadValue("evaluation.overlap_probe: no training pair has a label")
    place = {label: k for k, label in enumerate(labels)}
    known = [k for k, label in enumerate(train.gold) if label is not None]
    classes = np.array([place[train.gold[k]] for k in known], dtype=np.int64)
    seen, asked = (
        _banded(features(pair_words("evaluation.overlap_probe", pairs)))
        for pairs in (train.take(known), examples)
    )
    ones = np.ones(len(known))
    weights, intercept = fit_logistic(seen, classes, ones, len(labels), strength=strength)
    chances = softmax(np.asarray(asked @ weights) + intercept)
    found = tuple(labels[k] for k in chances.argmax(axis=1).tolist())
    return Predictions(found, labels, chances)


def _banded(values: np.ndarray) -> sparse.csr_matrix:
    """[n, f * bands] in which band each feature lies."""
    n, f = values.shape
    bands = np.minimum((values * _BANDS).astype(np.int64), _BANDS - 1) + np.arange(f) * _BANDS
    ends = np.arange(n + 1) * f
    return sparse.csr_matrix((np.ones(n * f), bands.ravel(), ends), shape=(n, f * _BANDS))
