"""Which layers come from which expert.

Source: Bandarkar et al. 2025, section 3.3, https://arxiv.org/abs/2410.01335
"""

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Table


@part(paper="layer-swapping")
def layer_plan(
    changes: Table, *, bottom: int | None = None, top: int | None = None, transition: int = 1
) -> Table:
    """Split the layers: the lowest and highest from the language expert, those between from the task expert.

    Columns: layer, source ("language", "task", or "both" for the mean in a transition zone), share (as in
    `changes`). What is in no layer goes with the language expert, a task's head with the task expert.

    changes:     of `adaptation.layer_changes`
    bottom, top: how many layers; None takes the run at that end in which the language expert's share of the
                 changes is above a half, cut where it leaves no room. The paper took 5 and 2 of 32
    transition:  layers of each border that are the mean of both; none at an end without language layers
    """
    if not len(changes) or not {"layer", "share"} <= {*changes.columns}:
        raise BadValue("adaptation.layer_plan: needs rows with layer and share (layer_changes)")
    asked = {"bottom": bottom, "top": top, "transition": transition}
    if any(number is not None and number < 0 for number in asked.values()):
        raise BadSetting(f"adaptation.layer_plan: no number may be negative, got {asked}")
    shares = [row["share"] for row in changes]
    low = _run(shares) if bottom is None else bottom
    high = _run(shares[::-1]) if top is None else top
    while _taken(low, high, transition) >= len(shares) and (bottom is None or top is None):
        if bottom is None and (low >= high or top is not None) and low:
            low -= 1
        elif top is None and high:
            high -= 1
        else:
            break
    if _taken(low, high, transition) >= len(shares):
        raise BadSetting(
            f"adaptation.layer_plan: {low} layers below and {high} above with {transition} between leave "
            f"none of {len(shares)} to the task expert"
        )
    first = low + (transition if low else 0)
    last = len(shares) - high - (transition if high else 0)
    rows = []
    for place, row in enumerate(changes):
        outer = place < low or place >= len(shares) - high
        source = "language" if outer else "task" if first <= place < last else "both"
        rows.append({"layer": row["layer"], "source": source, "share": row["share"]})
    return Table(tuple(rows))


def _run(shares: list[float]) -> int:
    return next((place for place, share in enumerate(shares) if share <= 0.5), len(shares))


def _taken(low: int, high: int, transition: int) -> int:
    return low + high + transition * (bool(low) + bool(high))
