"""How much of what two patches change is the same, tensor by tensor.

Source: Ansell et al. 2022, section 6 (overlap of sparse fine-tunings),
https://aclanthology.org/2022.acl-long.125
"""

from typing import Any

from calque.adaptation.together import digests_of, names_of, terms_of
from calque.maths.differences import total
from calque.roles import part
from calque.values import Patch, Table
from calque.values.weights import blocks


@part(paper="ansell-etal-2022-composable")
def overlap(one: Patch, two: Patch) -> Table:
    """Count the numbers that two patches change, those that both do, and those both move the same way.

    Columns: tensor, changed (by `one`), other (by `two`), both, agree (both, with the same sign), share
    (both by either, in [0, 1]; None where neither changes any). The first row, "all", is of the whole
    patches; heads and modules do not count.
    """
    what = "adaptation.overlap"
    digests_of([one, two], what)
    rows, sums = [], [0, 0, 0, 0]
    for name in names_of([one, two]):
        terms = terms_of([one, two], name, what)
        if not terms:
            continue
        first, second, found = one.terms(name), two.terms(name), [0, 0, 0, 0]
        for start, stop in blocks(terms[0].shape):
            a, b = (total(own, terms[0].shape, start, stop) for own in (first, second))
            here = [a != 0, b != 0, (a != 0) & (b != 0), a * b > 0]
            found = [count + int(cells.sum()) for count, cells in zip(found, here, strict=True)]
        rows.append(_row(name, *found))
        sums = [a + b for a, b in zip(sums, found, strict=True)]
    return Table((_row("all", *sums), *rows))


def _row(name: str, first: int, second: int, both: int, agree: int) -> dict[str, Any]:
    either = first + second - both
    return {
        "tensor": name,
        "changed": first,
        "other": second,
        "both": both,
        "agree": agree,
        "share": both / either if either else None,
    }
