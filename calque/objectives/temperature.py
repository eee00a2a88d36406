"""Shares of languages by temperature: small ones are drawn more often than their size says.

Source: Arivazhagan et al. 2019, "Massively Multilingual Neural Machine Translation in the Wild", section 4.2,
https://arxiv.org/abs/1907.05019; the same with the exponent 1 / T = 0.3: Conneau et al. 2020,
"Unsupervised Cross-lingual Representation Learning at Scale", section 3, https://arxiv.org/abs/1911.02116
"""

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.roles import sampler


@sampler(paper="arivazhagan-etal-2019-massively")
def temperature(sizes: np.ndarray, *, temperature: float = 5.0) -> np.ndarray:
    """Give each language a share that grows as the T-th root of its size.

    sizes:       [L] how much text there is, in any unit, 0 for none
    temperature: T, positive: 1 draws by size, as if all text lay in one heap; 3.3 is what XLM-R took; the
                 larger, the nearer all shares come to one another, and the more often small languages repeat
    """
    if not 0 < temperature < float("inf"):
        raise BadSetting(f"objectives.temperature: temperature must be positive, got {temperature}")
    sizes = np.asarray(sizes, dtype=float)
    if sizes.ndim != 1 or not np.isfinite(sizes).all() or (sizes < 0).any():
        raise BadValue("objectives.temperature: sizes must be a row of numbers from 0")
    there = sizes > 0
    shares = np.zeros(len(sizes))
    if there.any():  # from logarithms of ratios, so that no power leaves the range of floats
        logs = np.log(sizes[there] / sizes.max()) / temperature
        shares[there] = np.exp(logs) / np.exp(logs).sum()
    return shares
