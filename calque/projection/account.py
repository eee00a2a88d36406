"""What became of spans that were projected, and why."""

from collections import Counter

from calque.projection.carried import need_account
from calque.roles import part
from calque.values import Labelled, Table


@part
def account(examples: Labelled) -> Table:
    """Count kept, changed and lost spans by type and reason; those of all types first, as type "all".

    A row has `kind`, `outcome`, `reason`, `spans`, their `share` of the type's, and the mean `confidence`.

    examples: what a projector gave
    """
    need_account("projection.account", examples)
    counts, totals, sums = Counter(), Counter(), Counter()
    for example in examples:
        for entry in example["account"]:
            for kind in ("all", entry["kind"]):
                place = (kind, entry["outcome"], entry["reason"])
                counts[place] += 1
                totals[kind] += 1
                sums[place] += entry["confidence"]
    ordered = sorted(
        counts, key=lambda place: (place[0] != "all", -totals[place[0]], -counts[place])
    )
    return Table(
        tuple(
            {
                "kind": kind,
                "outcome": outcome,
                "reason": reason,
                "spans": counts[kind, outcome, reason],
                "share": counts[kind, outcome, reason] / totals[kind],
                "confidence": sums[kind, outcome, reason] / counts[kind, outcome, reason],
            }
            for kind, outcome, reason in ordered
        )
    )
