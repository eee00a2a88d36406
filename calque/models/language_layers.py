"""How well the language of a text is told from its vector, layer by layer.

Source: Wu and Dredze 2019, "Beto, Bentz, Becas: The Surprising Cross-Lingual Effectiveness of BERT", section 5.4,
https://arxiv.org/abs/1904.09077
"""

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.models.states import layer_vectors, open_encoder
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Table, Texts


@part(paper="beto-bentz-becas")
def language_layers(
    checkpoint: Checkpoint, texts: list[Texts], *, tokens: int | None = None, seed: int = 0
) -> Table:
    """Tabulate how many held-out texts a linear classifier finds the language of, behind every layer.

    texts: of two languages or more, each at least 8; a quarter of each is held out
    tokens: most pieces of a batch, padding included; None for what suits the device
    seed:  draws what is held out

    Columns: layer (0 is the embeddings), value in [0, 1], low, high (95 %), n held out.
    """
    from sklearn.linear_model import LogisticRegression

    names = [some.language for some in texts]
    if len({*names}) != len(names) or len(names) < 2 or min(map(len, texts)) < 8:
        sizes = ", ".join(f"{some.language} {len(some)}" for some in texts)
        raise BadValue(
            f"models.language_layers: needs two languages or more, at least 8 texts of each; got {sizes}"
        )
    encoder = open_encoder(checkpoint)
    vectors = np.concatenate([layer_vectors(encoder, [*some], tokens) for some in texts])
    gold = np.repeat(np.arange(len(texts)), [len(some) for some in texts])
    generator = np.random.default_rng(seed)
    held = np.zeros(len(gold), dtype=bool)
    for number in range(len(texts)):
        own = generator.permutation(np.flatnonzero(gold == number))
        held[own[: len(own) // 4]] = True
    rows = []
    for layer in track(range(vectors.shape[1]), "layers"):
        judge = LogisticRegression(max_iter=1000)
        judge.fit(vectors[~held, layer], gold[~held])
        right = judge.predict(vectors[held, layer]) == gold[held]
        counts = np.stack([right, np.ones(len(right))], axis=1)
        share = Statistics(counts, lambda sums: sums[..., 0] / sums[..., 1])
        low, high = interval(share, draws=1000, seed=seed)
        rows.append(
            {
                "layer": layer,
                "value": float(right.mean()),
                "low": low,
                "high": high,
                "n": len(right),
            }
        )
    return Table(tuple(rows))
