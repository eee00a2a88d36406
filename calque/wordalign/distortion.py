"""Prefers words at like places of their sentences.

Source: Jalili Sabet et al. 2020, "Distortion Correction", https://arxiv.org/abs/2004.08728
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.similarity import checked
from calque.roles import rescaler


@rescaler(paper="jalili-sabet-etal-2020-simalign")
def distortion(similarity: np.ndarray, *, strength: float = 0.5) -> np.ndarray:
    """Lower the similarity of words by the square of the distance between their relative places.

    Helps weak encoders and static vectors; harms with contextual ones and between languages of
    distant word order. Grids with a single row or column stay as they are.

    similarity: [m, n]  cosine of source word i and target word j, in [-1, 1]
    strength:   κ in [0, 1], the share lost by a first and a last word; 0.5 is the authors' for static
                vectors, who leave it off otherwise

    Returns cosines corrected as the authors do, on (cosine + 1) / 2, and taken back to [-1, 1].
    """
    if not 0 <= strength <= 1:
        raise BadSetting(f"wordalign.distortion: strength must lie in [0, 1], got {strength}")
    grid = checked(similarity, "wordalign.distortion", unit=True)
    m, n = grid.shape
    if min(m, n) < 2:
        return grid
    apart = np.arange(m)[:, None] / (m - 1) - np.arange(n) / (n - 1)
    return (grid + 1) * (1 - strength * apart**2) - 1
