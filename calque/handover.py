"""Leaves what a transfer made: the model with its card, predictions, receipt, scores and report."""

import json
import shutil
from pathlib import Path
from typing import Any

from calque.data.conll import write_conll
from calque.data.spans import iob2
from calque.data.tsv import write_tsv
from calque.models.card import write_card
from calque.report.page import page
from calque.resources import Resources
from calque.run import Run
from calque.signals import Judgement
from calque.values import Checkpoint, Labelled, Predictions
from calque.workspace import replacing


def leave(
    out: Path, made: Run, verdict: Judgement, resources: Resources, facts: dict[str, Any]
) -> None:
    """Write everything below `out`, each file or folder whole or not at all."""
    with replacing(out / "model") as folder:
        shutil.copytree(made["model"].folder, folder)
        _card(folder, verdict, resources, facts)
        for path in (folder, *folder.rglob("*")):  # caches are private, results are to be shared
            path.chmod(0o755 if path.is_dir() else 0o644)
    with replacing(out / "receipt.yaml") as path:
        shutil.copyfile(made.folder / "receipt.yaml", path)
    with replacing(out / "scores.json") as path:
        path.write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")
    _predictions(out, verdict.run["on_test"], resources.labelled["test"])
    with replacing(out / "report.html") as path:
        path.write_text(page(facts), encoding="utf-8")


def _predictions(out: Path, predictions: Predictions, test: Labelled) -> None:
    rows = []
    for row, made in zip(test, predictions, strict=True):
        if test.task == "tags":
            # a model may say I- where no span is open; what the scores count is written
            rows.append(row | {"tags": iob2(made)[0]})
        else:
            rows.append(row | {"label": made, "gold": row["label"]})
    labelled = Labelled.of(rows, test.task, test.language)
    if test.task == "tags":
        write_conll(labelled, out / "predictions.conll")
    else:
        write_tsv(labelled, out / "predictions.tsv")


def _card(folder: Path, verdict: Judgement, resources: Resources, facts: dict[str, Any]) -> None:
    source, target = resources.source.name, resources.target.name
    chosen = next(row for row in facts["strategies"] if row["chosen"])
    sizes = facts["data"]
    data = [f"{sizes['train']} labelled examples in {source}, {sizes['dev']} to tune by"]
    if "parallel" in sizes:
        data.append(
            f"{sizes['parallel']} sentence pairs {source}-{target}, {sizes['held out']} held out"
        )
    if "few" in sizes:
        data.append(f"{sizes['few']} labelled examples in {target} to train on")
    limits = [
        f"Measured on {sizes['test']} examples in {target}; other domains may do worse.",
        f"Reads {target} only: its vocabulary was made for it."
        if chosen["strategy"] not in ("zero-shot", "zero-shot-average")
        else f"Its vocabulary is the source model's; {target} is cut finely.",
        *facts["warnings"],
    ]
    write_card(
        Checkpoint(folder),
        title=f"{resources.task.capitalize()} in {target}, transferred from {source}",
        languages=[resources.source.tag, resources.target.tag],
        level=chosen["level"],
        base=facts["model"],
        data=data,
        scores=list(verdict.test.values()),
        limits=limits,
    )
