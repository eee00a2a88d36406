"""Results in words: links as Pharaoh lines, scores with their conditions, tables as tables."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from calque.cli import _talk
from calque.cli._files import FOLDERS, KEPT
from calque.errors import BadSetting
from calque.values import (
    Bitext,
    Checkpoint,
    Classifier,
    Hydra,
    Labelled,
    Lexicon,
    Links,
    Mixture,
    Page,
    Predictions,
    Score,
    Space,
    Table,
    Texts,
    Value,
    View,
    Vocabulary,
    store,
)
from calque.workspace import replacing


def show(thing: Any) -> None:
    """Print a result to be read."""
    if isinstance(thing, Table):
        _talk.table(list(thing))
        return
    for line in lines(thing):
        print(line)


def lines(thing: Any) -> Iterator[str]:
    """A result line by line: what `--out` writes, and what a terminal shows."""
    if isinstance(thing, Links):
        yield pharaoh(thing)
    elif isinstance(thing, Texts):
        yield from (one_line(text) for text in thing)
    elif isinstance(thing, View):
        yield from lines(thing.rewritten)
    elif isinstance(thing, (Bitext, Lexicon)):
        yield from ("\t".join(one_line(item) for item in row) for row in thing)
    elif isinstance(thing, (Labelled, Table)):
        yield from (json.dumps(row, ensure_ascii=False) for row in thing)
    elif isinstance(thing, Checkpoint):
        yield str(thing.folder)
    elif isinstance(thing, Hydra):
        yield from (f"{thing.folder}#{name}" for name in thing.names)
    elif isinstance(thing, Predictions):
        yield from (one if isinstance(one, str) else " ".join(one) for one in thing)
    elif isinstance(thing, Mixture):
        yield f"mixture of {len(thing.new)} pieces from {len(thing.old)}, {thing.known.sum()} known"
    elif isinstance(thing, Classifier):
        yield f"classifier of words by {len(thing.traits)} traits: {', '.join(thing.labels)}"
    elif isinstance(thing, Page):
        yield from thing.html.splitlines()
    elif isinstance(thing, Vocabulary):
        yield f"vocabulary of {len(thing)} pieces"
    elif isinstance(thing, Space):
        yield f"{len(thing)} vectors of {thing.vectors.shape[1]}, {thing.language}"
    elif isinstance(thing, np.ndarray) and thing.ndim:
        yield f"array {list(thing.shape)} of {thing.dtype}"
    elif isinstance(thing, sparse.csr_matrix):
        yield f"sparse [{thing.get_shape()[0]}, {thing.get_shape()[1]}], {thing.getnnz()} stored"
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from lines(item)
    elif isinstance(thing, dict):
        yield from (f"{name}: {', '.join(lines(item))}" for name, item in thing.items())
    elif isinstance(thing, float) and not isinstance(thing, Score):
        yield f"{thing:.6g}"
    elif isinstance(thing, (str, Score)) or not isinstance(thing, Value):
        yield one_line(thing)
    else:
        yield f"{type(thing).__name__} {thing.fingerprint()}"


def pharaoh(links: Links) -> str:
    """`0-0 1-2`; links that are only possible as `1p2`."""
    return " ".join(
        f"{i}{'-' if sure else 'p'}{j}"
        for (i, j), sure in zip(links.pairs, links.sure, strict=True)
    )


def scored(thing: Any) -> list[str]:
    """Links of each pair as `0-0:0.97 1-2:0.5`, for who wants to choose among them."""
    if isinstance(thing, Links):
        thing = [thing]
    if not isinstance(thing, list) or not all(isinstance(item, Links) for item in thing):
        raise BadSetting(f"--scores: the result is {type(thing).__name__}; links alone have scores")
    return [
        " ".join(
            f"{link}:{score:.4g}"
            for link, score in zip(pharaoh(links).split(), links.score, strict=True)
        )
        for links in thing
    ]


def one_line(item: Any) -> str:
    """Text without the line breaks and tabs that would part it."""
    return str(item).replace("\r", " ").replace("\n", " ").replace("\t", " ")


def plain(thing: Any) -> Any:
    """A result as JSON can say it; arrays as lists."""
    if isinstance(thing, Score):
        conditions = {"low": thing.low, "high": thing.high, "n": thing.n} | thing.conditions
        return {"metric": thing.metric, "value": thing.value} | conditions
    if isinstance(thing, Links):
        return pharaoh(thing)
    if isinstance(thing, np.ndarray):
        return thing.tolist()
    if isinstance(thing, (Texts, Table, Labelled, Bitext, Lexicon, View, list, tuple)):
        return [plain(item) for item in thing]
    if isinstance(thing, Predictions):
        return [one if isinstance(one, str) else list(one) for one in thing]
    if isinstance(thing, dict):
        return {name: plain(item) for name, item in thing.items()}
    if isinstance(thing, (str, int, float, type(None))):
        return thing
    return "\n".join(lines(thing))


def save(thing: Any, path: Path) -> None:
    """Write a result: an array as .npy, a model as its folder, everything else as lines."""
    array = isinstance(thing, np.ndarray)
    if array != (path.suffix == ".npy"):
        what = "an array" if array else type(thing).__name__
        raise BadSetting(
            f"--out {path}: the result is {what}; .npy is for arrays, and only for them"
        )
    with replacing(path) as temporary:
        if isinstance(thing, (Checkpoint, *FOLDERS.values())):
            shutil.copytree(thing.folder, temporary)
        elif type(thing).__name__ in KEPT:
            store.save(thing, temporary)
        elif array:
            with temporary.open("wb") as file:
                np.save(file, thing, allow_pickle=False)
        elif path.suffix == ".json":
            text = json.dumps(plain(thing), ensure_ascii=False, indent=1)
            temporary.write_text(text + "\n", encoding="utf-8")
        else:
            with temporary.open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines(thing))
