"""What goes along with a score over languages.

Source: Wu and Dredze 2019, "Beto, Bentz, Becas: The Surprising Cross-Lingual Effectiveness of BERT", section 5.3,
https://arxiv.org/abs/1904.09077
"""

from collections.abc import Mapping, Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table


@part(paper="beto-bentz-becas")
def related(scores: Sequence[Score | float], features: Mapping[str, Sequence[float]]) -> Table:
    """Correlate scores with each feature of the languages that they were measured in.

    scores:   one per language
    features: by name, a number per language in the same order: shares of known pieces, distances of a
              database, sizes; None where it is not known, which leaves the language out

    Columns: feature, pearson and spearman in [-1, 1] (None where either side never changes, or of fewer than three
    languages), n languages.
    """
    from scipy import stats

    values = [score.value if isinstance(score, Score) else float(score) for score in scores]
    rows = []
    for name, feature in features.items():
        if len(feature) != len(values):
            raise BadValue(
                f"evaluation.related: {len(values)} scores and {len(feature)} numbers of '{name}'; one of each per language"
            )
        known = [
            (one, other) for one, other in zip(values, feature, strict=True) if other is not None
        ]
        varied = len(known) > 2 and all(len({*side}) > 1 for side in zip(*known, strict=True))
        row = {"feature": name, "pearson": None, "spearman": None, "n": len(known)}
        if varied:
            sides = list(zip(*known, strict=True))
            row |= {
                "pearson": float(stats.pearsonr(*sides)[0]),
                "spearman": float(stats.spearmanr(*sides)[0]),
            }
        rows.append(row)
    return Table(tuple(rows))
