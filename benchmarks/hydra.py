"""Several languages from one folder, against a folder for each: size, memory, seconds, equal bits.

    python -m benchmarks.hydra [--languages swh deu tur] [--strategy vocabulary] [--out FOLDER]

Makes a topic classifier for each language from the commons (`transfer(into=...)`), then compares the
folder that holds all of them with the models by themselves.
"""

import copy
import json
import time
from pathlib import Path
from typing import Any

import torch
import transformers

from benchmarks.common import arguments
from calque.commons.bitext import bitext
from calque.commons.labelled import labelled
from calque.data.tsv import write_tsv
from calque.models.folder import quiet
from calque.models.load import load
from calque.models.members import members
from calque.models.serving import Serving
from calque.transfer import transfer
from calque.values import Hydra

SWITCHES = 1000


def main() -> None:
    """Make the models where they are not there yet, and print what is measured."""
    asked = arguments(__doc__ or "", ["swh", "deu", "tur"])
    folder = asked.out / "hydra"
    strategies = asked.strategy or ["vocabulary"]
    for language in asked.languages:
        data = _data(asked.out / "data", language)
        transfer(
            task="topic", source="eng", target=language, model=asked.model, strategies=strategies,
            out=asked.out / f"topic-{language}", into=folder, **data,
        )  # fmt: skip
    facts = _measured(folder, {lang: asked.out / f"topic-{lang}" / "model" for lang in asked.languages})  # fmt: skip
    if asked.json:
        print(json.dumps(facts, indent=1))
    else:
        for name, value in facts.items():
            print(f"{name}\t{value}")


def _data(folder: Path, language: str) -> dict[str, Any]:
    files = {"parallel": folder / f"eng-{language}.tsv"}
    write_tsv(bitext(target=language), files["parallel"])
    for split, side in (("train", "eng"), ("dev", "eng"), ("test", language)):
        files[split] = folder / side / f"{split}.tsv"
        write_tsv(labelled(language=side, split=split, task="topic"), files[split])
    return files


def _measured(folder: Path, models: dict[str, Path]) -> dict[str, Any]:
    hydra = Hydra(folder)
    serving, opened = Serving(hydra), {}
    for name in models:
        start = time.perf_counter()
        serving[name]
        opened[name] = round(time.perf_counter() - start, 3)
    start = time.perf_counter()
    for _ in range(SWITCHES):
        for name in models:
            serving[name]
    switch = (time.perf_counter() - start) / (SWITCHES * len(models))
    memory, equal = 0, {}
    for name, path in models.items():
        with quiet():
            own = transformers.AutoModelForSequenceClassification.from_pretrained(path)
        own = copy.deepcopy(own).eval()  # out of the mapped file
        memory += sum(parameter.nbytes for parameter in own.parameters())
        model, tokenizer = serving[name]
        inputs = tokenizer([row["text"] for row in _texts(name)], padding=True, truncation=True, return_tensors="pt")  # fmt: skip
        with torch.inference_mode():
            equal[name] = torch.equal(model(**inputs).logits, own(**inputs).logits)
        assert load(f"{folder}#{name}").fingerprint() == load(path).fingerprint()
    return {
        "MiB on disk, one folder": _mebibytes(_size(folder)),
        "MiB on disk, folders apart": _mebibytes(sum(map(_size, models.values()))),
        "MiB in memory, one folder": _mebibytes(serving.bytes),
        "MiB in memory, models apart": _mebibytes(memory),
        "seconds to open": opened,
        "microseconds to switch": round(switch * 1e6, 2),
        "logits equal bit for bit": equal,
        "members": list(members(hydra)),
    }


def _texts(language: str) -> list[dict[str, Any]]:
    return list(labelled(language=language, split="test", task="topic"))[:64]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _mebibytes(size: int) -> float:
    return round(size / 2**20, 1)


if __name__ == "__main__":
    main()
