"""What nothing else beats at no greater cost."""

from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Whether each point is on the Pareto front: none is at least as good and as cheap, and one of both more.

    points: cost, lower is better, and worth, higher is better
    """
    return [
        not any(
            other_cost <= cost and other >= worth and (other_cost < cost or other > worth)
            for other_cost, other in points
        )
        for cost, worth in points
    ]
