"""How far two patches are from each other, tensor by tensor.

Source: Ilharco et al. 2023, section 5 (cosines of task vectors), https://arxiv.org/abs/2212.04089
"""

import math
from typing import Any

from calque.adaptation.together import digests_of, names_of, terms_of
from calque.maths.differences import dot
from calque.roles import part
from calque.values import Patch, Table


@part(paper="ilharco-etal-2023-editing")
def distance(one: Patch, two: Patch) -> Table:
    """Compare what two patches add: lengths, the distance between them, and their cosine.

    Columns: tensor, norm, other (its norm in `two`), distance (Euclidean), cosine (None where one adds
    nothing). The first row, "all", is of the whole patches; heads and modules do not count. Products
    of low rank are compared without being formed.
    """
    what = "adaptation.distance"
    digests_of([one, two], what)
    rows, sums = [], [0.0, 0.0, 0.0]
    for name in names_of([one, two]):
        terms = terms_of([one, two], name, what)
        if not terms:
            continue
        first, second, shape = one.terms(name), two.terms(name), terms[0].shape
        found = [dot(first, first, shape), dot(second, second, shape), dot(first, second, shape)]
        rows.append(_row(name, *found))
        sums = [a + b for a, b in zip(sums, found, strict=True)]
    return Table((_row("all", *sums), *rows))


def _row(name: str, first: float, second: float, both: float) -> dict[str, Any]:
    lengths = math.sqrt(first) * math.sqrt(second)
    return {
        "tensor": name,
        "norm": math.sqrt(first),
        "other": math.sqrt(second),
        "distance": math.sqrt(max(0.0, first + second - 2 * both)),
        "cosine": both / lengths if lengths else None,
    }
