"""Overlap of premise and hypothesis in originals, human and machine translations, and what follows from it.

python -m benchmarks.translated_pairs FOLDER [--apertium] [--json]

FOLDER holds `esxnli.tsv` and `esxnli.mt.tsv` of https://github.com/artetxem/esxnli: pairs written in Spanish and
translated into English by people and by a machine, each sentence by itself. --apertium adds two versions, made afresh by the
program (`make apertium`): the Spanish originals translated into English, and human English into Spanish and back. Three
tables:

overlap  of the English versions, by label, and of the originals (another language: not to be compared)
probe    accuracy of a classifier that sees overlap and length alone, trained on each version of one half of the
         premises and tested on each version of the other half, both ways round
gap      how much better that classifier does on the machine's version than on the human one, by the version it
         was trained on
"""

import argparse
import json
from functools import partial
from pathlib import Path

import numpy as np

from calque import part
from calque.errors import BadFile
from calque.values import Labelled, Predictions, Table

artifacts, probe, accuracy, gap, paired = (
    part(f"evaluation.{name}")
    for name in ("translation_artifacts", "overlap_probe", "accuracy", "translation_gap", "paired")
)


def versions(folder: Path) -> dict[str, Labelled]:
    """Originals, human and machine translations, row by row the same pairs."""
    both = part("data.labelled")(folder / "esxnli.tsv", task="nli")
    language = both.table["language"].to_numpy()
    machine = part("data.labelled")(folder / "esxnli.mt.tsv", task="nli", language="eng")
    original = both.take(np.flatnonzero(language == "es"))
    human = both.take(np.flatnonzero(language == "en"))
    made = {
        "original": Labelled(original.table, "pair", "spa"),
        "human": Labelled(human.table, "pair", "eng"),
        "machine": machine,
    }
    for name, one in made.items():
        if not one.table["pairID"].equals(machine.table["pairID"]):
            raise BadFile(f"{folder}: pairs of '{name}' stand in another order")
    return made


def translated(made: dict[str, Labelled]) -> dict[str, Labelled]:
    """The Spanish originals in English, and human English there and back, each text by itself."""
    reword, apertium = part("projection.reword"), part("projection.apertium")
    ways = {pair: partial(apertium, pair=pair) for pair in ("eng-spa", "spa-eng")}
    there = reword(made["human"], ways["eng-spa"])
    return {
        "apertium": reword(made["original"], ways["spa-eng"]),
        "returned": reword(there, ways["spa-eng"]),
    }


def crossed(made: dict[str, Labelled]) -> dict[tuple[str, str], list[str]]:
    """Labels by probes of each version for each version, every pair judged by the half it is not in."""
    premises = made["original"].table["promptID"].to_numpy().astype(int)
    halves = [np.flatnonzero(premises % 2 == k) for k in (0, 1)]
    found = {}
    for train, examples in made.items():
        for test, asked in made.items():
            labels = np.empty(len(asked), dtype=object)
            for here, there in (halves, halves[::-1]):
                said: Predictions = probe(examples.take(here), asked.take(there))
                labels[there] = list(said)
            found[train, test] = labels.tolist()
    return found


def measured(folder: Path, afresh: bool) -> dict[str, Table]:
    """All three tables."""
    made = versions(folder)
    made |= translated(made) if afresh else {}
    gold = made["original"].gold
    english = artifacts({name: one for name, one in made.items() if name != "original"})
    spanish = artifacts({"original": made["original"]})
    found = crossed(made)
    rows = []
    for (train, test), labels in found.items():
        score, change = accuracy(labels, gold), paired(labels, found[train, train], gold)
        row = {"train": train, "test": test, "accuracy": score.value, "low": score.low}
        row |= {"high": score.high, "n": score.n, "change": change.value}
        rows.append(row | {"change_low": change.low, "change_high": change.high})
    gaps = gap(
        {name: found[name, "human"] for name in made},
        {name: found[name, "machine"] for name in made},
        gold,
    )
    return {"overlap": Table((*spanish, *english)), "probe": Table(tuple(rows)), "gap": gaps}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--apertium", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for name, table in measured(asked.folder, asked.apertium).items():
        if asked.json:
            print("\n".join(json.dumps({"table": name} | row) for row in table))
            continue
        columns = list(dict.fromkeys(key for row in table for key in row))
        print(f"\n{name}\n\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
        for row in table:
            cells = (row.get(column, "") for column in columns)
            shown = (f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells)
            print(f"| {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
