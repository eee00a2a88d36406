"""Entropic optimal transport between two small sets of masses, by scaling of rows and columns.

A plan is exp(f + g - cost / smoothing) with potentials f and g in the log domain; the three problems
differ in how f and g are updated (Benamou et al. 2015; Chizat et al. 2018). Costs must be finite,
masses finite and not negative. Each function returns the plan and the largest change of a
potential in its last round, which is above `tolerance` only where the rounds ran out.
"""

import logging
from collections.abc import Callable

import numpy as np

from calque.errors import BadValue
from calque.maths.similarity import checked

log = logging.getLogger(__name__)

PENALTY, SMOOTHING = 0.2, 0.1  # of unbalanced transport between words, where nothing else is said
TOLERANCE = 1e-5  # change of a potential at which the rounds stop: by so little margins are off
_VISIBLE = 1e-3  # what would show in a plan
Update = Callable[[np.ndarray], np.ndarray]
_EASY = 100.0  # cost / smoothing up to which exp(-cost / smoothing) is far from underflow


def cost_of(similarity: np.ndarray) -> np.ndarray:
    """Costs in [0, 1]: 0 for the greatest similarity, 1 for the least; all 0 where all are equal."""
    if not similarity.size:
        return similarity.copy()
    spread = np.ptp(similarity)
    return (similarity.max() - similarity) / (spread if spread > 0 else 1.0)


def posed(
    similarity: np.ndarray, source: np.ndarray | None, target: np.ndarray | None, of: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs [m, n] of a checked grid and the masses [m] and [n] of both sides.

    of: who asks, named in errors
    """
    grid = checked(similarity, of)
    return cost_of(grid), masses(source, len(grid), of), masses(target, grid.shape[1], of)


def masses(given: np.ndarray | None, count: int, of: str) -> np.ndarray:
    """The masses [count] of one side's words, 1 each where none are given; BadValue where they make no sense.

    of: who asks, named in the error
    """
    if given is None:
        return np.ones(count)
    mass = np.asarray(given, dtype=float)
    if mass.shape != (count,):
        raise BadValue(f"{of}: {count} words, but masses of shape {list(mass.shape)}")
    if not (np.isfinite(mass) & (mass >= 0)).all() or (count and not mass.any()):
        raise BadValue(f"{of}: masses must be finite, not negative, and not all 0")
    return mass


def relative(plan: np.ndarray, change: float, of: str) -> np.ndarray:
    """The plan [m, n] divided by its greatest cell; a warning where the rounds ran out far from it."""
    if change > _VISIBLE:
        log.warning("%s: the rounds ran out at a change of %.0e; more are needed", of, change)
    return plan / plan.max()


def balanced(
    cost: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    *,
    smoothing: float,
    rounds: int = 1000,
    tolerance: float = TOLERANCE,
) -> tuple[np.ndarray, float]:
    """Move all of masses a [m] to masses b [n] of the same sum: least <P, cost> - smoothing * entropy(P)."""

    def fill(mass: np.ndarray) -> Update:
        return lambda reached: np.log(mass) - reached

    return _solve(cost, a, b, fill, smoothing, rounds, tolerance)


def unbalanced(
    cost: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    *,
    penalty: float,
    smoothing: float,
    rounds: int = 1000,
    tolerance: float = TOLERANCE,
) -> tuple[np.ndarray, float]:
    """Move as much as pays: `penalty` times KL divergence of both margins from a and b is added."""
    share = penalty / (penalty + smoothing)

    def fill(mass: np.ndarray) -> Update:
        return lambda reached: share * (np.log(mass) - reached)

    return _solve(cost, a, b, fill, smoothing, rounds, tolerance)


def partial(
    cost: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    *,
    total: float,
    smoothing: float,
    rounds: int = 1000,
    tolerance: float = TOLERANCE,
) -> tuple[np.ndarray, float]:
    """Move a mass of `total` in all, out of at most a [m] into at most b [n].

    total: above 0, at most the smaller of both sums
    """

    def fill(mass: np.ndarray) -> Update:
        return lambda reached: np.minimum(0.0, np.log(mass) - reached)

    return _solve(cost, a, b, fill, smoothing, rounds, tolerance, total)


def _solve(
    cost: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    fill: Callable[[np.ndarray], Update],
    smoothing: float,
    rounds: int,
    tolerance: float,
    total: float | None = None,
) -> tuple[np.ndarray, float]:
    """Update the potentials of rows and columns in turn until none changes any more.

    fill:  from the masses of a side, its update: log sums that the other side sends -> potentials
    total: sum that the plan is brought to in every round, if any
    """
    plan = np.zeros(cost.shape)
    rows, columns = np.flatnonzero(a > 0), np.flatnonzero(b > 0)  # no mass, no row: log 0 stays out
    if not len(rows) or not len(columns):
        return plan, 0.0
    kernel = _Kernel(-cost[np.ix_(rows, columns)] / smoothing)
    fill_rows, fill_columns = fill(a[rows]), fill(b[columns])
    f, g, level, change = np.zeros(len(rows)), np.zeros(len(columns)), 0.0, np.inf
    for _ in range(rounds):
        before = f, g, level
        f = fill_rows(kernel.rows(g) + level)
        reached = kernel.columns(f)
        g = fill_columns(reached + level)
        if total is not None:
            level = float(np.log(total) - _logsum(reached + g, axis=0))
        change = max(
            np.abs(f - before[0]).max(), np.abs(g - before[1]).max(), abs(level - before[2])
        )
        if change <= tolerance:
            break
    plan[np.ix_(rows, columns)] = np.exp(kernel.kernel + f[:, None] + g + level)
    return plan, float(change)


class _Kernel:
    """Log sums over rows or columns of exp(kernel + potential)."""

    def __init__(self, kernel: np.ndarray):
        self.kernel = kernel
        self.raised = np.exp(kernel - kernel.max()) if np.ptp(kernel) <= _EASY else None
        self.top = kernel.max()

    def rows(self, g: np.ndarray) -> np.ndarray:
        if self.raised is not None:  # one product instead of m * n exponentials
            return np.log(self.raised @ np.exp(g - g.max())) + g.max() + self.top
        return _logsum(self.kernel + g, axis=1)

    def columns(self, f: np.ndarray) -> np.ndarray:
        if self.raised is not None:
            return np.log(np.exp(f - f.max()) @ self.raised) + f.max() + self.top
        return _logsum(self.kernel + f[:, None], axis=0)


def _logsum(values: np.ndarray, axis: int) -> np.ndarray:
    top = values.max(axis=axis, keepdims=True)
    return (np.log(np.exp(values - top).sum(axis=axis, keepdims=True)) + top).squeeze(axis)
