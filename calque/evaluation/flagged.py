"""Rows whose translation may no longer fit their label.

Source: Agrawal, Fazili and Jyothi 2024, "Translation Errors Significantly Impact Low-Resource
Languages in Cross-Lingual Learning", https://aclanthology.org/2024.eacl-short.28
"""

from collections.abc import Sequence

import numpy as np

from calque.evaluation.versions import hits_of
from calque.roles import part


@part(paper="translation-errors-xnli")
def flagged(
    human: Sequence, machine: Sequence, references: Sequence, *, either: bool = False
) -> list[int]:
    """Give the rows, from 0, that a model gets right in machine and wrong in human translation.

    human, machine: the model's labels of either version
    references: labels of the sentences that were translated
    either:     also those right in the human translation alone
    """
    one, other = hits_of("evaluation.flagged", human, machine, references)
    return np.flatnonzero(one != other if either else other & ~one).tolist()
