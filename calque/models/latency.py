"""How long a model takes for one text."""

import statistics
import time
from collections.abc import Callable

from calque.errors import BadSetting, BadValue
from calque.models.predicting import predictor
from calque.roles import part
from calque.values import Checkpoint, Labelled, Patch


@part(paper="cost-benefit-transfer")
def latency(
    checkpoint: Checkpoint,
    examples: Labelled,
    patch: Patch | None = None,
    *,
    most: int = 32,
    repeats: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Measure the median milliseconds that an example takes alone, tokenizer included, the model loaded before.

    checkpoint, patch: as in `models.predict`
    examples:  of which the first `most` are read, after two that nobody counts
    repeats:   of all of them; what else the machine does at the time is in the figure
    clock:     seconds; another one than the machine's for tests
    """
    if most < 1 or repeats < 1:
        raise BadSetting(
            f"models.latency: most and repeats must be positive, got {most} and {repeats}"
        )
    if not len(examples):
        raise BadValue("models.latency: no examples")
    read = predictor(checkpoint, examples.task, patch)
    alone = [examples.take([row]) for row in range(min(most, len(examples)))]
    for some in alone[:2]:
        read(some)
    taken = []
    for some in alone * repeats:
        start = clock()
        read(some)
        taken.append(clock() - start)
    return 1000 * statistics.median(taken)
