"""Steps of calque's loop beside a bare loop in PyTorch, and beside steps of which part of the model is frozen.

Sections `loop` and `frozen` of `python -m benchmarks.adaptation`. Both loops do the same: batches of ready pieces, dropout,
AdamW, a clipped gradient, a linear schedule, the loss read after every step. A BERT of four layers, 256 wide, drawn on the
spot, takes 12 steps of 8 texts of 64 pieces in turn with its rival, five times; medians of processor seconds.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

WIDTH, LAYERS, PIECES, STEPS, BATCH, LENGTH, ROUNDS = 256, 4, 8000, 12, 8, 64, 5
RATE, DECAY = 1e-4, 0.01


def loop() -> list[dict[str, Any]]:
    """Our loop and a bare one."""
    found = _in_turn({"a bare loop": _bare, "calque": _ours})
    return _rows("loop", found, "a bare loop")


def frozen() -> list[dict[str, Any]]:
    """Our loop with everything, with the lower half of the layers, and with the whole body frozen."""
    half = "|".join(f"layer\\.{k}\\." for k in range(LAYERS // 2, LAYERS))
    ways = {
        "all trains": _ours,
        "lower half frozen": lambda model: _ours(model, f"{half}|pooler|classifier"),
        "body frozen": lambda model: _ours(model, "classifier"),
    }
    return _rows("frozen", _in_turn(ways), "all trains")


def _in_turn(ways: dict[str, Callable[[Any], None]]) -> dict[str, list[float]]:
    import torch

    torch.set_num_threads(1)
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):  # the first warms up and does not count
        for name, train in sorted(ways.items(), reverse=bool(turn % 2)):
            model = _model()
            start = time.process_time()
            train(model)
            if turn:
                found[name].append((time.process_time() - start) / STEPS)
    return found


def _rows(section: str, found: dict[str, list[float]], first: str) -> list[dict[str, Any]]:
    base = found[first]
    return [
        {
            "section": section,
            "by": name,
            "processor ms a step": round(1000 * statistics.median(seconds), 1),
            # of the same turn, as what else the machine does changes from turn to turn
            f"times {first}": round(
                statistics.median(b / a for a, b in zip(base, seconds, strict=True)), 3
            ),
        }
        for name, seconds in found.items()
    ]


def _model() -> Any:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=PIECES, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=4 * WIDTH, num_labels=4,
    )  # fmt: skip
    return BertForSequenceClassification(config)


def _batches() -> list[dict[str, Any]]:
    import torch

    generator = torch.Generator().manual_seed(1)
    return [
        {
            "input_ids": torch.randint(PIECES, (BATCH, LENGTH), generator=generator),
            "labels": torch.randint(4, (BATCH,), generator=generator),
        }
        for _ in range(STEPS)
    ]


def _ours(model: Any, trains: str = "") -> None:
    from calque.models.train import Stream, train

    batches = _batches()
    stream = Stream("texts", lambda _, __: batches, lambda model, batch: model(**batch).loss)
    train(model, [stream], epochs=1, learning_rate=RATE, weight_decay=DECAY, trains=trains)


def _bare(model: Any) -> None:
    import torch

    batches = _batches()
    wide = [p for p in model.parameters() if p.dim() > 1]
    narrow = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": wide, "weight_decay": DECAY}, {"params": narrow, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / STEPS)
    model.train()
    losses = []
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
