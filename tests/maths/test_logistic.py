import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from calque.maths.logistic import fit_logistic
from calque.maths.sparse import softmax


def _some(seed: int, n: int = 80, f: int = 12, k: int = 3):
    random = np.random.default_rng(seed)
    features = (random.random((n, f)) < 0.3).astype(float)
    classes = (features @ random.standard_normal((f, k)) + random.gumbel(size=(n, k))).argmax(1)
    return sparse.csr_matrix(features), classes, random.integers(1, 4, n).astype(float)


def test_it_finds_what_scikit_learn_finds():
    for seed, strength in ((0, 1.0), (1, 0.2), (2, 10.0)):
        features, classes, counts = _some(seed)
        weights, intercept = fit_logistic(features, classes, counts, 3, strength=strength)
        peer = LogisticRegression(C=strength, tol=1e-8, max_iter=2000)
        peer.fit(features, classes, sample_weight=counts)
        np.testing.assert_allclose(weights.T, peer.coef_, atol=2e-3)
        ours = softmax(features @ weights + intercept)
        np.testing.assert_allclose(ours, peer.predict_proba(features), atol=1e-3)


def test_a_row_seen_twice_is_two_rows():
    features, classes, _ = _some(3)
    counts = np.ones(len(classes))
    counts[:20] = 2
    doubled = sparse.csr_matrix(np.concatenate([features.toarray(), features.toarray()[:20]]))
    labels = np.concatenate([classes, classes[:20]])
    once = fit_logistic(features, classes, counts, 3, strength=1.0)
    twice = fit_logistic(doubled, labels, np.ones(len(labels)), 3, strength=1.0)
    np.testing.assert_allclose(once[0], twice[0], atol=1e-3)


def test_without_features_it_tells_the_shares():
    """Closed form: intercepts are free, so the probabilities are the shares of the classes."""
    nothing = sparse.csr_matrix((4, 0))
    weights, intercept = fit_logistic(
        nothing, np.array([0, 1, 1, 1]), np.array([1.0, 1, 1, 1]), 2, strength=1.0
    )
    assert weights.shape == (0, 2)
    np.testing.assert_allclose(softmax(intercept), [0.25, 0.75], atol=1e-5)
