"""Several states of one fine-tuning, to be averaged.

Source: Schmidt et al. 2023, section 2, https://arxiv.org/abs/2305.16834
"""

import logging

from calque.errors import BadSetting
from calque.models.running import processes
from calque.models.supervised import supervised
from calque.models.train import train as run
from calque.models.whole import Stored, named_by, write_whole
from calque.roles import part
from calque.values import Checkpoint, Labelled

log = logging.getLogger(__name__)


@part(paper="schmidt-etal-2023-free")
def snapshots(
    checkpoint: Checkpoint,
    train: Labelled,
    *,
    count: int = 10,
    epochs: int = 3,
    learning_rate: float | dict[str, float] = 5e-5,
    batch_size: int = 16,
    trains: str = "",
    seed: int = 0,
) -> list[Checkpoint]:
    """Fine-tune as `models.tune` does and keep evenly spaced states, the last of them at the end.

    checkpoint, train: as in `models.tune`, also for what follows below
    count:             how many states, fewer where there are fewer steps (a warning says so); the paper
                       takes one per tenth of the steps
    """
    if count < 1:
        raise BadSetting(f"models.snapshots: count must be at least 1, got {count}")
    task = supervised(checkpoint, train, seed)
    stream = task.stream(batch_size)
    batches = sum(len(stream.batches(epoch, seed)) for epoch in range(epochs))
    steps = max(1, batches // processes().num_processes)
    if steps < count:
        log.warning("%d examples are %d steps: so many snapshots, not %d", len(train), steps, count)
        count = steps
    settings = (count, epochs, learning_rate, batch_size, trains, seed)
    name = named_by("snapshots", checkpoint, train, *settings)
    stored = Stored(task.model, name)
    run(
        task.model,
        [stream],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=trains,
        seed=seed,
        snapshots=count,
        at_snapshot=stored.write,
        name=name,
    )
    made = []
    for number in range(1, count + 1):
        stored.put_back(number)
        made.append(write_whole(task.model, task.tokenizer))
    return made
