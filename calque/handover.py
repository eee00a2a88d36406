"""Leaves what a transfer made: the model with its card, predictions, receipt, scores and report."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from calque import registry
from calque.data.spans import iob2
from calque.data.tsv import write_tsv
from calque.evidence import texts_of
from calque.models.card import write_card
from calque.models.packed import add
from calque.receipt import below
from calque.report.page import page
from calque.resources import FORMS, Resources
from calque.run import Run
from calque.signals import Judgement
from calque.values import Checkpoint, Hydra, Labelled, Predictions, Texts
from calque.values.hydra import INDEX
from calque.workspace import replacing

log = logging.getLogger(__name__)

_MOST_READ = 500  # examples that the vocabulary is measured on


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
        written = (made.folder / "receipt.yaml").read_text(encoding="utf-8")
        path.write_text(below(written, out), encoding="utf-8")
    with replacing(out / "scores.json") as path:
        path.write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")
    _predictions(out, verdict.run["on_test"], resources.labelled["test"])
    with replacing(out / "report.html") as path:
        path.write_text(page(facts), encoding="utf-8")


def share(out: Path, into: Path, resources: Resources) -> None:
    """Add the model that was left in `out` to a folder of several, under its target language."""
    name = resources.target.tag
    before = Hydra(into) if (into / INDEX).is_file() else None
    added = add(into, {name: Checkpoint(out / "model")})[0]
    after = Hydra(into)
    if before is not None and name in before.names and before.version(name) != after.version(name):
        log.warning("%s: the model that was there for %s is replaced", into, name)
    log.info("%s: %s", into, added)


def _predictions(out: Path, predictions: Predictions, test: Labelled) -> None:
    ending, write = FORMS.get(test.task, ("tsv", write_tsv))
    if test.task in ("parse", "answer"):
        labelled = registry.part("data.predicted")(test, predictions)
    else:
        rows = []
        for row, made in zip(test, predictions, strict=True):
            if test.task == "tags":
                # a model may say I- where no span is open; what the scores count is written
                rows.append(row | {"tags": iob2(made)[0]})
            else:
                rows.append(row | {"label": made, "gold": row["label"]})
        labelled = Labelled.of(rows, test.task, test.language)
    write(labelled, out / f"predictions.{ending}")


def _card(folder: Path, verdict: Judgement, resources: Resources, facts: dict[str, Any]) -> None:
    source, target = resources.source.name, resources.target.name
    chosen = next(row for row in facts["strategies"] if row["chosen"])
    sizes = facts["data"]
    data = [f"{sizes['train']} labelled examples in {source}, {sizes['dev']} to tune by"]
    if "parallel" in chosen["uses"]:
        data.append(
            f"{sizes['parallel']} sentence pairs {source}-{target}, {sizes['held out']} held out"
        )
    if "text" in chosen["uses"] and "text" in sizes:
        data.append(f"{sizes['text']} texts in {target}")
    if "few" in chosen["uses"]:
        data.append(f"{sizes['few']} labelled examples in {target} to train on")
    model = Checkpoint(folder)
    limits = [
        f"Measured on {sizes['test']} examples in {target}; other domains may do worse.",
        _reading(model, resources),
        *facts["warnings"],
    ]
    write_card(
        model,
        title=f"{resources.task.capitalize()} in {target}, transferred from {source}",
        languages=[resources.source.tag, resources.target.tag],
        level=chosen["level"],
        base=facts["model"],
        data=data,
        scores=list(verdict.test.values()),
        limits=limits,
    )


def _reading(model: Checkpoint, resources: Resources) -> str:
    """How the model's vocabulary suits both languages, measured on the labelled examples."""
    vocabulary, told = registry.part("models.vocabulary")(model), []
    for language, name in ((resources.target, "test"), (resources.source, "train")):
        texts = Texts.of(texts_of(resources.labelled[name])[:_MOST_READ])
        seen = registry.part("vocabulary.fertility")(vocabulary, texts).rows[0]
        strange = f", {seen['unknown']:.0%} of them unknown" if seen["unknown"] >= 0.005 else ""
        told.append(
            f"a word of {language.name} is {seen['pieces_per_word']:.1f} pieces to it{strange}"
        )
    return f"Its vocabulary: {'; '.join(told)}."
